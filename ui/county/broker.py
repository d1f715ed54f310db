"""What mosquitto is told: its configuration and who may speak and hear where. Values in, text out; default is deny."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.wire import MOST_MESSAGE, Topics

INTAKE, FEED = "intake", "feed"  # common names of the county's own programs: the intake, and readers of the feed


@dataclass(frozen=True, slots=True)
class Broker:
    """`folder` holds ca.pem, broker.pem, broker.key, acl and data/; `user` is whom mosquitto becomes when root."""

    folder: Path
    address: str
    port: int
    user: str


def configuration(broker: Broker) -> str:
    """mosquitto.conf: TLS 1.3 with certificates on both sides, where the common name is user name and client id."""
    return "\n".join(
        (
            f"user {broker.user}",
            f"listener {broker.port} {broker.address}",
            "tls_version tlsv1.3",
            f"cafile {broker.folder}/ca.pem",
            f"certfile {broker.folder}/broker.pem",
            f"keyfile {broker.folder}/broker.key",
            "require_certificate true",
            "use_identity_as_username true",
            "use_username_as_clientid true",
            "allow_anonymous false",
            f"acl_file {broker.folder}/acl",
            "persistence true",
            f"persistence_location {broker.folder}/data/",
            "autosave_interval 60",
            "persistent_client_expiration 60d",
            "max_inflight_messages 200",
            "max_queued_messages 0",
            "max_queued_bytes 33554432",
            f"max_packet_size {MOST_MESSAGE}",
            "max_keepalive 300",
            "set_tcp_nodelay true",
            "sys_interval 0",
            "connection_messages false",
            "log_type error",
            "log_type warning",
            "log_dest stderr",
            "",
        )
    )


def access_list(county: str, stations: Sequence[str]) -> str:
    """The ACL: each station by name, its own topics and nothing else. Never empty: an empty list would allow all."""
    topics = Topics(county)
    blocks = [
        _block(
            INTAKE,
            read=[topics.of("+", channel) for channel in ("up", "status", "want")],
            write=[*(topics.of("+", channel) for channel in ("receipt", "order")), topics.feed("#")],
        ),
        _block(FEED, read=[topics.feed("#")], write=[]),
    ]
    blocks += [_station(topics, station) for station in sorted(stations)]
    return "\n".join(blocks)


def start_command(configuration_file: Path) -> list[str]:
    """The command that runs mosquitto with a configuration. Debian installs it where only root's PATH looks.

    Raises FileNotFoundError when it is not installed.
    """
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin")
    if program is None:
        raise FileNotFoundError("mosquitto")
    return [program, "-c", str(configuration_file)]


def _station(topics: Topics, station: str) -> str:
    return _block(
        station,
        read=[topics.of(station, "receipt"), topics.of(station, "order"), topics.of("all", "order")],
        write=[topics.of(station, channel) for channel in ("up", "status", "want")],
    )


def _block(user: str, *, read: Sequence[str], write: Sequence[str]) -> str:
    lines = [f"user {user}", *(f"topic read {topic}" for topic in read), *(f"topic write {topic}" for topic in write)]
    return "\n".join(lines) + "\n"
