"""One table of rights, two lists: mosquitto's and EMQX's say the same, read back by somebody else's eyes."""

import re
from pathlib import Path

import pytest

from ui.county import broker as mosquitto
from ui.county import emqx
from ui.county.broker import Broker

COUNTY = "530427"
STATIONS = ("gasa-02", "gasa-01", "shuitang-1")
BROKER = Broker(Path("/srv/county/mosquitto"), "10.0.0.1", 8883, "mosquitto")
RULE = re.compile(
    r'\{allow, \{username, "([a-z0-9.-]+)"\}, '
    r"(subscribe|\{publish, \[\{retain, (?:true|false|all)\}\]\}), "
    r'\[("[^"]+"(?:, "[^"]+")*)\]\}\.'
)

Said = set[tuple[str, str, str]]  # name, read or write, topic


def of_mosquitto(text: str) -> Said:
    said, user = set(), ""
    for line in filter(None, text.splitlines()):
        if line.startswith("user "):
            user = line.removeprefix("user ")
        else:
            word, verb, topic = line.split(" ")
            assert (word, bool(user)) == ("topic", True), line
            said.add((user, verb, topic))
    return said


def of_emqx(text: str) -> tuple[Said, set[str]]:
    """What is said, and the topics where a message may be retained."""
    *rules, last = filter(None, text.splitlines())
    assert last == "{deny, all}."
    said, kept = set(), set()
    for rule in rules:
        read = RULE.fullmatch(rule)
        assert read is not None, rule
        name, what, topics = read.groups()
        for topic in topics.replace('"', "").split(", "):
            said.add((name, "read" if what == "subscribe" else "write", topic))
            if "{retain, false}" not in what and what != "subscribe":
                kept.add(topic)
    return said, kept


@pytest.mark.parametrize("stations", [(), STATIONS[:1], STATIONS])
def test_both_lists_say_the_same(stations: tuple[str, ...]) -> None:
    for intakes in (("intake",), ("intake", "intake.2")):
        said, kept = of_emqx(emqx.access_list(COUNTY, stations, intakes))
        assert said == of_mosquitto(mosquitto.access_list(COUNTY, stations, intakes))
        assert {name for name, _, _ in said} == {*intakes, "feed", *stations}
    assert kept == {f"liangzheng/1/{COUNTY}/{station}/status" for station in stations}


def test_no_list_is_empty_and_none_has_a_pattern() -> None:
    for text in (mosquitto.access_list(COUNTY, ()), emqx.access_list(COUNTY, ())):
        assert "intake" in text
        assert "%" not in text
        assert "$" not in text


def test_emqx_asks_for_certificates_and_takes_both_names_from_them() -> None:
    lines = {line.strip() for line in emqx.configuration(BROKER).splitlines()}
    assert {
        'bind = "10.0.0.1:8883"',
        'versions = ["tlsv1.3"]',
        "verify = verify_peer",
        "fail_if_no_peer_cert = true",
        "peer_cert_as_username = cn",
        "peer_cert_as_clientid = cn",
        "no_match = deny",
        "shared_subscription_strategy = hash_clientid",
    } <= lines
    text = emqx.configuration(BROKER)
    assert text.count("{") == text.count("}")
    assert [name for name in ("tcp", "ssl", "ws", "wss") if f"listeners.{name}.default.enable = false" in lines] == [
        "tcp",
        "ssl",
        "ws",
        "wss",
    ]
