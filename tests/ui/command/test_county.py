"""`liangzheng county` and `liangzheng uplink` as people type them, and as systemd and a browser see them."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Self

import pytest

from kiosk.contract import read
from kiosk.enrolment import accept, prepare
from kiosk.rules.messages import SubjectsUpsert
from kiosk.rules.scan.numbers import parse_card, shown_card
from tests.support.bodies import FARMER
from tests.support.broker import free_port
from tests.support.typed import run
from tests.support.waiting import wait_for
from ui.command import county, uplink
from ui.county.office import enrol, read_county
from ui.county.orders import Orders

SOURCES = Path(__file__).parents[3]
PERSON = {"id": FARMER.id, "kind": "farmer", "name": FARMER.name, "contact": FARMER.contact, "origin": FARMER.origin}


def call(*typed: object, language: str = "en") -> int:
    return run((county.add, uplink.add), typed, language)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "county"
    hosts = ("--host", "lz.example.cn", "--broker-host", "localhost", "--broker-port", free_port())
    user = ("--broker-user", "root", "--listen", f"127.0.0.1:{free_port()}")
    assert call("county", "init", made, "--county", "530427", *hosts, *user) == 0
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "typed",
    [["uplink"], ["county"], *(["county", part] for part in ("init", "enrol", "order", "card", "run"))],
    ids=" ".join,
)
def test_help_is_complete(typed: list[str], language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        call(*typed, "--help", language=language)
    assert left.value.code == 0
    assert "==SUPPRESS==" not in capsys.readouterr().out


def test_making_a_county_twice_is_refused_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "init", folder, "--county", "530427", "--host", "x", "--broker-host", "x") == 1
    assert "will not be overwritten" in capsys.readouterr().err


def test_a_wrong_code_names_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "init", tmp_path / "x", "--county", "新平", "--host", "x", "--broker-host", "x") == 1
    assert "county:" in capsys.readouterr().err


def test_a_county_code_has_six_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "init", tmp_path / "x", "--county", "53042", "--host", "x", "--broker-host", "x") == 1
    assert "county:" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_what_is_no_request_is_said_in_words(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "request.json").write_text("{}")
    assert call("county", "enrol", folder, tmp_path / "request.json", "--out", tmp_path / "answer.json") == 1
    told = capsys.readouterr().err
    assert "uplink.request_form" not in told
    assert "county" in told


def test_a_box_joins_by_files(folder: Path, tmp_path: Path) -> None:
    request, answer = tmp_path / "request.json", tmp_path / "answer.json"
    request.write_bytes(prepare(tmp_path / "box", "530427", "gasa-01"))
    assert call("county", "enrol", folder, request, "--out", answer) == 0
    assert accept(tmp_path / "box", answer.read_bytes()).station == "gasa-01"


def test_a_missing_request_is_told_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "enrol", folder, "nowhere.json", "--out", "x") == 1
    assert "Check the path" in capsys.readouterr().err


def test_a_long_list_of_producers_becomes_several_orders(folder: Path, tmp_path: Path) -> None:
    people = [PERSON | {"id": f"s-{nth}"} for nth in range(450)]
    (tmp_path / "people.json").write_text(json.dumps(people, ensure_ascii=False))
    assert call("county", "order", "subjects", folder, tmp_path / "people.json") == 0
    orders = [read(order).order for order in Orders(folder).after("all", 0)]
    sizes = [len(order.subjects) for order in orders if isinstance(order, SubjectsUpsert)]
    assert sizes == [200, 200, 50]


@pytest.mark.parametrize("text", ["", "{}", "[]", '[{"id": "s-1"}]'])
def test_a_wrong_list_gives_no_order(folder: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "people.json").write_text(text)
    assert call("county", "order", "subjects", folder, tmp_path / "people.json") == 1
    assert Orders(folder).streams() == []


def listed(folder: Path, *ids: str) -> None:
    (folder / "people.json").write_text(json.dumps([PERSON | {"id": one} for one in ids]))
    assert call("county", "order", "subjects", folder, folder / "people.json") == 0


def test_a_card_is_told_and_drawn(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed(folder, FARMER.id)
    capsys.readouterr()
    assert call("county", "card", folder, FARMER.id, "--name", FARMER.name, "--out", tmp_path / "card.png") == 0
    assert capsys.readouterr().out.startswith("HTTPS://LZ.EXAMPLE.CN/K/")
    assert (tmp_path / "card.png").read_bytes().startswith(b"\x89PNG")


def test_every_card_has_a_number_to_key_in_and_the_boxes_are_told_whose_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed(folder, "s-1", "s-2")
    for subject in ("s-1", "s-1", "s-2"):
        assert call("county", "card", folder, subject, "--name", "Li") == 0
    orders = [read(order).order for order in Orders(folder).after("all", 0)]
    cards = [order.cards for order in orders if isinstance(order, SubjectsUpsert) and not order.subjects]
    assert [[card.subject for card in of] for of in cards] == [["s-1"], ["s-1"], ["s-2"]]
    numbers = [card.number for of in cards for card in of]
    assert len(set(numbers)) == 3
    told = capsys.readouterr().err
    assert [shown_card(number) in told for number in numbers] == [True] * 3
    assert [parse_card(number) for number in numbers] == numbers


@pytest.mark.parametrize(
    ("listen", "told"),
    [
        ("0.0.0.0:8700", "reverse proxy"),
        ("192.0.2.1:80", "reverse proxy"),
        ("office", "wrong"),
        ("127.0.0.1:x", "wrong"),
    ],
)
def test_pages_are_served_to_this_machine_only(
    folder: Path, listen: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "county.toml"
    lines = [line for line in file.read_text().splitlines() if not line.startswith("listen")]
    file.write_text("\n".join([*lines, f'listen = "{listen}"']))
    assert call("county", "run", "--config", file) == 1
    assert told in capsys.readouterr().err


def test_an_unknown_key_is_refused_with_the_nearest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "county.toml"
    file.write_text(file.read_text() + 'lisen = "x"\n')
    assert call("county", "run", "--config", file) == 1
    assert "the nearest known key is listen" in capsys.readouterr().err


def test_the_county_tells_systemd_serves_and_stops(folder: Path, tmp_path: Path) -> None:
    listen = (folder / "county.toml").read_text().partition('listen = "')[2].partition('"')[0]
    with Program(tmp_path, "county", "run", "--config", str(folder / "county.toml")) as program:
        assert program.hears("READY=1")
        with urllib.request.urlopen(f"http://{listen}/healthz", timeout=10) as page:
            assert page.status == 200
        assert program.stop() == 0


def test_the_uplink_tells_systemd_waits_and_stops(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = tmp_path / "box"
    accept(box, enrol(folder, prepare(box, "530427", "gasa-01"), county.today()))
    facts = {
        "county": "530427",
        "station": "gasa-01",
        "broker_host": "localhost",
        "broker_port": read_county(folder).broker_port,
        "ca": str(box / "tls" / "ca.pem"),
        "certificate": str(box / "tls" / "client.pem"),
        "key": str(box / "tls" / "client.key"),
        "trust": str(box / "trust.json"),
        "up": str(box / "up"),
        "down": str(box / "down"),
    }
    config = tmp_path / "uplink.toml"
    config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in facts.items()))
    with Program(tmp_path, "uplink", "--config", str(config)) as program:
        assert program.hears("READY=1")
        wait_for(lambda: "The line to the county is down" in program.said.read_text(), "the loss to be told")
        assert program.stop() == 0
    config.write_text(config.read_text().replace("client.key", "nowhere.key"))
    assert call("uplink", "--config", config) == 1
    assert "nowhere.key" in capsys.readouterr().err
    (box / "tls" / "nowhere.key").write_text("no key")
    assert call("uplink", "--config", config) == 1
    assert "nowhere.key" in capsys.readouterr().err


class Program:
    """`liangzheng …` as a process of its own, with a socket in systemd's place."""

    def __init__(self, folder: Path, *typed: str) -> None:
        self.said = folder / "said"
        self._systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._systemd.bind(str(folder / "notify"))
        self._systemd.settimeout(30)
        environment = os.environ | {"NOTIFY_SOCKET": str(folder / "notify"), "LIANGZHENG_LANG": "en"}
        script = (
            "import sys, argparse; from kiosk.words import load_words; from ui.command import county, uplink\n"
            "words = load_words('en'); parser = argparse.ArgumentParser(); parts = parser.add_subparsers()\n"
            "county.add(parts, words); uplink.add(parts, words); args = parser.parse_args()\n"
            "sys.exit(args.run(args, words))"
        )
        with self.said.open("wb") as out:
            command = [sys.executable, "-c", script, *typed]
            self._process = subprocess.Popen(command, stdout=out, stderr=out, cwd=SOURCES, env=environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait(30)
        self._systemd.close()

    def hears(self, state: str) -> bool:
        return self._systemd.recv(64).decode() == state

    def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)
