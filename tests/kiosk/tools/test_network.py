"""NetworkManager through nmcli: a program of the documented form answers; escapes are read, refusals are said."""

import os
from pathlib import Path

import pytest

from kiosk.tools.network import Network, NetworkError, Plug, Wifi, fields
from kiosk.words import load_words

FAKE = """#!/bin/sh
printf '%s\\n' "$*" >>"$ASKED"
case "$*" in
  *"device status") printf '%s' "$STATUS" ;;
  *"wifi list --rescan yes") printf '%s' "$WIFIS" ;;
  *"NAME,TYPE connection show") printf '%s' "$KNOWN" ;;
  *"-g gsm.apn connection show id modem") echo cmnet ;;
  *) printf '%s' "$SAID" >&2; exit "${ENDS:-0}" ;;
esac
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of this name comes first on PATH; what it was asked stands in this file."""
    program = tmp_path / "nmcli"
    program.write_text(FAKE, "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    monkeypatch.setenv("STATUS", "eth0:ethernet:unavailable:\nwlan0:wifi:connected:village\nlo:loopback:connected:lo\n")
    wifis = "*:village:71:WPA2\n :village:40:WPA2\n :a\\:b\\\\c:55:WPA1 WPA2\n ::90:WPA2\n :guest:20:\n"
    monkeypatch.setenv("WIFIS", wifis)
    monkeypatch.setenv("KNOWN", "village:802-11-wireless\nmodem:gsm\nWired connection 1:802-3-ethernet\n")
    return tmp_path / "asked"


def test_devices_and_wifis_are_read_with_their_escapes(asked: Path) -> None:
    network = Network()
    assert network.plugs() == (
        Plug("eth0", "ethernet", "unavailable", ""),
        Plug("wlan0", "wifi", "connected", "village"),
    )
    assert network.wifis() == (
        Wifi("village", 71, True, True),
        Wifi("a:b\\c", 55, True, False),
        Wifi("guest", 20, False, False),
    )
    assert network.known() == ("village",)
    assert network.apn() == "cmnet"


def test_what_is_typed_goes_as_one_argument_and_through_no_shell(asked: Path) -> None:
    Network().join("a b; touch /tmp/x", "it's $(x) & more")
    assert asked.read_text("utf-8") == "--wait 60 device wifi connect a b; touch /tmp/x password it's $(x) & more\n"
    Network().set_apn("cmnet")
    assert "connection modify id modem gsm.apn cmnet" in asked.read_text("utf-8")


@pytest.mark.parametrize(
    ("ends", "said", "code"),
    [
        (4, "Error: Connection activation failed: Secrets were required, but not provided.", "password"),
        (4, "Error: Connection activation failed: Not authorized to control networking.", "denied"),
        (4, "Error: Connection activation failed.", "refused"),
        (3, "Error: Timeout 60 sec expired.", "timeout"),
        (8, "Error: NetworkManager is not running.", "asleep"),
        (10, "Error: No network with SSID 'x' found.", "gone"),
        (1, "Error: something else", "failed"),
    ],
)
def test_every_refusal_has_its_sentence(
    ends: int, said: str, code: str, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENDS", str(ends))
    monkeypatch.setenv("SAID", said)
    with pytest.raises(NetworkError) as refused:
        Network().join("village", "secret12")
    assert refused.value.code == code
    for language in ("zh", "en"):
        assert load_words(language).say(f"network.problem.{code}", **refused.value.facts)


def test_without_the_program_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NetworkError) as absent:
        Network(str(tmp_path / "nmcli")).plugs()
    assert absent.value.code == "absent"


def test_a_backslash_before_a_colon_is_part_of_the_field() -> None:
    assert list(fields(r"a\:b:c\\:\\\:")) == ["a:b", "c\\", "\\:"]
    assert list(fields("::")) == ["", "", ""]
