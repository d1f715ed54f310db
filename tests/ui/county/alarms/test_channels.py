"""Channels are data with a closed vocabulary; what the county writes over them is checked whole and kept secret."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.support.gateway import Gateway, running_gateway
from ui.county.alarms.channels import FILE, Channel, Channels, load_channels
from ui.county.alarms.errors import ChannelError
from ui.county.alarms.sending import Sent, send

FACTS = {
    "text": "【亮证】阳性：豆角", "kind": "阳性", "station": "gasa", "product": "豆角", "time": "11-22 09:30",
    "link": "https://office.example.cn/case/x/1", "address": "13800001234", "id": "ab" * 16,
}  # fmt: skip


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    (folder / FILE).write_text(text, "utf-8")
    (folder / FILE).chmod(mode)
    return folder


def refused(folder: Path, text: str, mode: int = 0o600) -> ChannelError:
    with pytest.raises(ChannelError) as wrong:
        load_channels(written(folder, text, mode))
    return wrong.value


def test_as_shipped_only_the_page_can_be_used(tmp_path: Path) -> None:
    channels = load_channels(tmp_path)
    assert [name for name, one in channels.channel.items() if one.is_ready] == ["page"]
    assert not channels.escalation.confirmed
    assert all(one.source for one in (channels.escalation, *channels.channel.values()))


def test_the_county_adds_its_addresses_and_keys_or_a_channel_of_its_own(tmp_path: Path) -> None:
    text = '[wecom]\nkey = "k"\n[sms]\nurl = "https://sms.example.cn/send"\nkey = "secret"\n'
    own = '[mine]\nkind = "sms-http"\nnames = { zh = "网关", en = "gateway" }\nurl = "https://x.example.cn/"\n'
    channels = load_channels(written(tmp_path, text + own))
    assert [name for name, one in channels.channel.items() if one.is_ready] == ["page", "sms", "wecom", "mine"]
    assert channels.channel["sms"].fields["to"] == "{address}", "what the county leaves out stays"


@pytest.mark.parametrize(
    "text",
    [
        '[sms]\nurk = "https://sms.example.cn"',
        '[sms]\nkind = "carrier-pigeon"',
        '[sms.fields]\nto = "{subject}"',
        '[sms.fields]\ntext = { deep = ["{contact}"] }',
        '[sms.fields]\nto = "{address.__class__}"',
        '[sms.fields]\nto = "{address[0]}"',
        '[sms.fields]\nto = "{address!r}"',
        '[sms.fields]\nto = "{address:>9999999}"',
        '[sms.fields]\nto = "{"',
        '[sms]\nurl = "https://{text}.example.cn/"',
        '[sms.headers]\nX-Who = "{name}"',
        '[sms]\naddress = "("',
        "[sms]\ntimeout_s = 0",
        "[sms]\ntries = 1000",
        "[sms]\nstatus = [99]",
        '[sms]\npath = "a..b"',
        "sms = 1",
        "[Sms]\ntries = 2",
        '[new]\nkind = "page"',
    ],
)
def test_what_is_not_in_the_vocabulary_is_refused_and_its_values_are_not_told(tmp_path: Path, text: str) -> None:
    wrong = refused(tmp_path, f'{text}\n[wecom]\nkey = "top-secret"\n')
    assert wrong.code == "form"
    assert "top-secret" not in str(wrong)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    assert [refused(tmp_path, "", mode).code for mode in (0o640, 0o604, 0o644)] == ["open"] * 3
    assert refused(tmp_path, "[sms").code == "unread"


# --- sending ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running_gateway() as running:
        yield running


def channel(gateway: Gateway, **facts: object) -> Channel:
    shipped = load_channels(None).channel["wecom"].model_dump()
    url = {"url": f"{gateway.address}/send?key={{key}}&to={{address}}", "key": "a&b=c/d", "timeout_s": 0.3}
    return Channel.model_validate(shipped | url | {"headers": {"Idempotency-Key": "{id}"}} | facts)


def test_what_is_sent_is_what_the_data_says(gateway: Gateway) -> None:
    assert send(channel(gateway), FACTS) == Sent()
    (got,) = gateway.got
    assert got["body"] == {"msgtype": "text", "text": {"content": "【亮证】阳性：豆角"}}
    assert got["path"] == "/send?key=a%26b%3Dc%2Fd&to=13800001234"
    assert gateway.ids == ["ab" * 16]


def test_a_form_is_sent_as_a_form(gateway: Gateway) -> None:
    fields = {"mobile": "{address}", "content": "{kind}{product}&x={station}", "n": 1}
    assert send(channel(gateway, body="form", fields=fields), FACTS).arrived
    sent = parse_qs(gateway.got[0]["body"])
    assert sent == {"mobile": ["13800001234"], "content": ["阳性豆角&x=gasa"], "n": ["1"]}


@pytest.mark.parametrize(
    ("way", "reason", "again"),
    [
        ("ok", "", False),
        ("refuses", "county.told.status", True),
        ("closed", "county.told.status", False),
        ("redirects", "county.told.status", False),
        ("wrong", "county.told.answer", True),
        ("garbled", "county.told.answer", True),
        ("hangs", "county.told.slow", True),
        ("drips", "county.told.slow", True),
        ("hangs_up", "county.told.unreachable", True),
    ],
)
def test_a_far_end_that_misbehaves(gateway: Gateway, way: str, reason: str, again: bool) -> None:
    gateway.way = way
    assert send(channel(gateway), FACTS) == Sent(reason, again)
    assert len(gateway.got) == 1, "a redirect is not followed, and one call is one request"


@pytest.mark.parametrize("url", ["http://sms.example.cn/", "ftp://127.0.0.1/", "sms.example.cn", "https://"])
def test_nothing_but_loopback_is_spoken_to_without_tls(gateway: Gateway, url: str) -> None:
    assert send(channel(gateway, url=url), FACTS) == Sent("county.told.address")
    assert gateway.got == []


def test_nobody_there() -> None:
    with running_gateway() as gone:
        pass
    assert send(channel(gone), FACTS) == Sent("county.told.unreachable", again=True)


@pytest.mark.parametrize(
    ("path", "equals", "arrived"),
    [("", "", True), ("errcode", "0", True), ("errcode", "1", False), ("errcode.0", "0", False), ("x", "", False)],
)
def test_which_answer_means_that_it_arrived(gateway: Gateway, path: str, equals: str, arrived: bool) -> None:
    assert send(channel(gateway, path=path, equals=equals), FACTS).arrived is arrived


def test_the_shipped_pack_is_whole() -> None:
    assert isinstance(load_channels(None), Channels)
