"""The list of targets is complete: the real uplink is watched by strace through connection, loss and return."""

import contextlib
import ipaddress
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.words import load_words
from tests.support.broker import RunningBroker
from tests.support.line import Box, CountyEnd, incidents
from tests.support.waiting import wait_for
from ui.command import uplink_targets
from ui.command.main import main

ADDRESS = re.compile(
    r"sa_family=(?P<family>AF_\w+)"
    r'(?:, sin6?_port=htons\((?P<port>\d+)\).*?(?:inet_addr\("|AF_INET6, ")(?P<address>[^"]+)")?'
)
LOCAL = {"AF_UNIX", "AF_NETLINK", "AF_UNSPEC"}  # this machine's own: notify and name cache, the kernel's addresses
CALL = re.compile(r"(connect|sendto|sendmsg|sendmmsg)\(")


def configured(box: Box, **changes: Any) -> Path:
    table = box.config(**changes).model_dump(mode="json", exclude_none=True)
    file = box.folder / "uplink.toml"
    file.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items()), "utf-8")
    return file


@contextlib.contextmanager
def watched(config: Path, trace: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The real program, its network calls in `trace`; with -D strace is not its parent, and leaves with it."""
    command = [sys.executable, "-m", "ui.command.main", "uplink", "--config", str(config)]
    with (config.parent / "said").open("wb") as said:
        running = subprocess.Popen(
            ["strace", "-D", "-f", "-e", "trace=%network", "-o", str(trace), *command], stderr=said
        )
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


def reached(trace: Path) -> set[tuple[str, int]]:
    """Every address beyond this machine's own sockets that a call named."""
    found = set()
    for line in trace.read_text("utf-8", "replace").splitlines():
        for named in ADDRESS.finditer(line) if CALL.search(line) else ():
            if named["family"] not in LOCAL:
                found.add((named["address"], int(named["port"])))
    return found


def listed(capsys: pytest.CaptureFixture[str], config: Path) -> set[tuple[str, int]]:
    assert main(["uplink", "targets", "--config", str(config), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    broker = {(address, told["port"]) for address in told["addresses"]}
    return broker | {(server, told["dns_port"]) for server in told["servers"]}


def test_the_uplink_reaches_what_is_listed_and_nothing_else(
    box: Box, broker: RunningBroker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county, trace = CountyEnd(broker), tmp_path / "trace"
    config = configured(box)
    box.write(*incidents(1))
    with county.intake(), watched(config, trace):
        wait_for(lambda: box.receipted() == 1, "receipt")
        broker.kill()
        wait_for(lambda: b"\n" in (box.folder / "said").read_bytes().strip(), "the loss to be told")
        broker.start()
        box.write(*incidents(1))
        wait_for(lambda: box.receipted() == 2, "receipt on a new line")
    found = reached(trace)
    assert ("127.0.0.1", broker.port) in found
    assert found <= listed(capsys, config)


def test_a_name_is_looked_up_at_the_listed_servers_only(
    box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = tmp_path / "trace"
    config = configured(box, broker_host="no-such-name.invalid")
    with watched(config, trace):
        wait_for(lambda: b"no-such-name" in (box.folder / "said").read_bytes(), "the name to be told")
    assert main(["uplink", "targets", "--config", str(config)]) == 0
    assert "no-such-name.invalid" in capsys.readouterr().out
    servers = uplink_targets.targets("no-such-name.invalid", 1).servers
    assert reached(trace) <= {(server, uplink_targets.DNS_PORT) for server in servers}


@pytest.mark.parametrize("shape", ["json", "systemd", "nftables"])
def test_no_list_is_made_of_a_name_that_is_not_found(shape: str, box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    config = configured(box, broker_host="no-such-name.invalid")
    assert main(["uplink", "targets", "--config", str(config), "--format", shape]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "no-such-name.invalid" in told.err


def test_lines_for_systemd_and_nftables_name_every_address(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    config = configured(box, broker_host="127.0.0.9", broker_port=8883)
    assert main(["uplink", "targets", "--config", str(config), "--format", "systemd"]) == 0
    assert capsys.readouterr().out.splitlines() == ["[Service]", "IPAddressDeny=any", "IPAddressAllow=127.0.0.9"]
    assert main(["uplink", "targets", "--config", str(config), "--format", "nftables"]) == 0
    rules = capsys.readouterr().out
    assert 'meta skuid "lz-uplink" ip daddr 127.0.0.9 tcp dport 8883 accept' in rules
    assert rules.index("reject") > rules.index("accept\n    meta")


def test_name_servers_are_read_as_they_stand(tmp_path: Path) -> None:
    resolver = tmp_path / "resolv.conf"
    resolver.write_text(
        "search x\nnameserver 10.1.1.1\nnameserver\n# nameserver 10.1.1.2\nnameserver fe80::1%eth0\n", "ascii"
    )
    found = uplink_targets.targets("localhost", 8883, resolver)
    assert found.servers == ("10.1.1.1", "fe80::1")
    assert {ipaddress.ip_address(address).is_loopback for address in found.addresses} == {True}
    assert uplink_targets.targets("10.9.9.9", 8883, resolver).servers == ()
    assert uplink_targets.targets("localhost", 1, tmp_path / "absent").servers == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_say_that_there_is_nothing_else(language: str) -> None:
    words = load_words(language)
    told = uplink_targets._words(uplink_targets.targets("10.9.9.9", 8883), words)
    assert told.endswith(words.say("command.uplink.targets.nothing_else"))


def test_without_a_configuration_the_uplink_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["uplink"])
    assert ended.value.code == 2
    assert "--config" in capsys.readouterr().err
