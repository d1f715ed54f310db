"""What mosquitto is told: its configuration and who may speak and hear where. Values in, text out; default is deny.

mosquitto 2.0 knows no right to retain and none to subscribe: it checks each delivery instead. Nothing retained that its
writer may no longer write is delivered (check_retain_source), and a subscription to what may not be read hears nothing.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.wire import MOST_MESSAGE
from ui.county.rights import FEED, INTAKE, Rights, rights

__all__ = ["FEED", "INTAKE", "MOST_QUEUED", "Broker", "access_list", "configuration", "start_command"]

# Bytes that wait for one client who is away. What does not fit is dropped, and is no loss: a station asks for the
# orders it lacks on each connection, entries without a receipt travel again, and a receipt follows every delivery.
MOST_QUEUED = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Broker:
    """`folder` holds ca.pem, crl.pem, broker.pem, broker.key, acl, data/; mosquitto becomes `user` when root."""

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
            f"crlfile {broker.folder}/crl.pem",
            f"certfile {broker.folder}/broker.pem",
            f"keyfile {broker.folder}/broker.key",
            "require_certificate true",
            "use_identity_as_username true",
            "use_username_as_clientid true",
            "allow_anonymous false",
            "allow_zero_length_clientid false",
            f"acl_file {broker.folder}/acl",
            "check_retain_source true",
            "persistence true",
            f"persistence_location {broker.folder}/data/",
            "autosave_interval 60",
            "persistent_client_expiration 60d",
            "max_inflight_messages 200",
            "max_queued_messages 0",
            f"max_queued_bytes {MOST_QUEUED}",
            "queue_qos0_messages false",
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


def access_list(county: str, stations: Sequence[str], intakes: Sequence[str] = (INTAKE,)) -> str:
    """The ACL: each station by name, its own topics and nothing else. Never empty: an empty list would allow all."""
    return "\n".join(_block(one) for one in rights(county, stations, intakes))


def start_command(configuration_file: Path) -> list[str]:
    """The command that runs mosquitto with a configuration. Debian installs it where only root's PATH looks.

    Raises FileNotFoundError when it is not installed.
    """
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin")
    if program is None:
        raise FileNotFoundError("mosquitto")
    return [program, "-c", str(configuration_file)]


def _block(of: Rights) -> str:
    lines = [
        f"user {of.name}",
        *(f"topic read {topic}" for topic in of.read),
        *(f"topic write {topic}" for topic in of.write),
    ]
    return "\n".join(lines) + "\n"
