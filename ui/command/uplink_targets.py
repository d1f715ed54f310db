"""`liangzheng uplink targets`: every address that this box's uplink will ever connect to. Read from its configuration.

What the list claims is proved by tests/ui/command/test_uplink_targets.py, which watches the uplink's system calls.
"""

import argparse
import ipaddress
import json
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.config import ConfigError, load
from kiosk.uplink import UplinkConfig
from kiosk.words import Words

RESOLVER = Path("/etc/resolv.conf")
DNS_PORT = 53
FORMATS = ("words", "json", "systemd", "nftables")


@dataclass(frozen=True, slots=True)
class Targets:
    """`addresses` are those of `host` at this moment; `servers` are asked for them, none when `host` is an address."""

    host: str
    port: int
    addresses: tuple[str, ...]
    servers: tuple[str, ...]
    unknown: str = ""  # why the host could not be looked up

    @property
    def named(self) -> bool:
        return not _is_address(self.host)


def describe(parser: argparse.ArgumentParser, words: Words) -> None:
    said = words.say("command.uplink.targets.format")
    config = words.say("command.uplink.config")
    parser.add_argument("--config", default=argparse.SUPPRESS, type=Path, metavar="FILE", help=config)
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help=said)
    parser.add_argument("--json", action="store_const", const="json", dest="format", help=said)


def run(args: argparse.Namespace, words: Words) -> int:
    try:
        config = load(args.config, UplinkConfig)
    except ConfigError as wrong:
        print(wrong.lines(words), file=sys.stderr)
        return 1
    found = targets(config.broker_host, config.broker_port)
    if found.unknown and args.format != FORMATS[0]:
        print(words.say("command.uplink.targets.unknown", host=found.host, reason=found.unknown), file=sys.stderr)
        return 1
    told = {"words": _words, "json": _json, "systemd": _systemd, "nftables": _nftables}[args.format]
    print(told(found, words))
    return 0


def targets(host: str, port: int, resolver: Path = RESOLVER) -> Targets:
    """What connecting to the broker takes. Looks the name up, as the uplink does each time it connects."""
    if _is_address(host):
        return Targets(host, port, (host,), ())
    servers = _servers(resolver)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        return Targets(host, port, (), servers, unknown.strerror or str(unknown))
    return Targets(host, port, tuple(dict.fromkeys(str(entry[4][0]) for entry in found)), servers)


def _words(found: Targets, words: Words) -> str:
    def say(key: str, **facts: object) -> str:
        return words.say(f"command.uplink.targets.{key}", host=found.host, **facts)

    lines = [say("broker", port=found.port)]
    if found.unknown:
        lines.append(say("unknown", reason=found.unknown))
    elif found.named:
        lines.append(say("addresses", addresses=", ".join(found.addresses)))
    lines.append(say("name", servers=", ".join(found.servers) or say("no_servers")) if found.named else say("no_name"))
    return "\n".join([*lines, say("nothing_else")])


def _json(found: Targets, _words: Words) -> str:
    return json.dumps(asdict(found) | {"dns_port": DNS_PORT if found.named else None}, indent=1)


def _systemd(found: Targets, words: Words) -> str:
    """Lines of a drop-in for liangzheng-uplink.service (systemd.resource-control(5)): addresses, it knows no ports."""
    allowed = "\n".join(f"IPAddressAllow={address}" for address in (*found.addresses, *found.servers))
    return f"{_stale(found, words)}[Service]\nIPAddressDeny=any\n{allowed}"


def _nftables(found: Targets, words: Words) -> str:
    """A table that lets the user of the uplink speak to these and to nobody else (nft(8))."""
    rules = [f"{_family(address)} daddr {address} tcp dport {found.port} accept" for address in found.addresses]
    rules += [
        f"{_family(server)} daddr {server} {way} dport {DNS_PORT} accept"
        for server in found.servers
        for way in ("udp", "tcp")
    ]
    chain = "\n".join(f'    meta skuid "lz-uplink" {rule}' for rule in rules)
    return (
        f"{_stale(found, words)}table inet liangzheng_uplink {{\n  chain out {{\n"
        f"    type filter hook output priority filter; policy accept;\n{chain}\n"
        '    meta skuid "lz-uplink" reject\n  }\n}'
    )


def _stale(found: Targets, words: Words) -> str:
    return f"# {words.say('command.uplink.targets.stale', host=found.host)}\n" if found.named else ""


def _family(address: str) -> str:
    return "ip6" if ipaddress.ip_address(address).version == 6 else "ip"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _servers(resolver: Path) -> tuple[str, ...]:
    """resolv.conf(5); an address may bear a scope, which is the machine's own matter."""
    try:
        lines = resolver.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    named = [
        line.split()[1].partition("%")[0] for line in lines if line.split()[:1] == ["nameserver"] and line.split()[1:]
    ]
    return tuple(dict.fromkeys(name for name in named if _is_address(name)))
