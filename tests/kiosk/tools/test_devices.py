"""The devices page: which socket a name tells of, how often a device was lost today."""

from pathlib import Path

import pytest

from kiosk.rules.messages import Incident
from kiosk.tools.devices import socket_of
from kiosk.tools.losses import Losses
from tests.support.house import House


@pytest.mark.parametrize(
    ("where", "socket"),
    [
        ("/dev/serial/by-path/platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2:1.0-port0", (1, 2)),
        ("/dev/serial/by-path/pci-0000:00:14.0-usb-0:3:1.0", (3,)),
        ("/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4.2:1.0", (1, 4, 2)),
        ("/dev/ttyUSB0", ()),
        ("socket://192.168.7.20:4001", ()),
        ("", ()),
    ],
)
def test_the_socket_follows_the_name(where: str, socket: tuple[int, ...]) -> None:
    assert socket_of(where) == socket


def test_losses_of_today_are_counted_each_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.synchronised.touch()
    with house.record() as record:
        losses = Losses(record)
        lost = Incident("printer", "link.absent", {"port": "x"})
        record.append(lost)
        house.passes(days=1)
        record.append(lost)
        record.append(lost)
        today = house.clock.now().text[:10]
        assert losses.of("printer", today).today == 2
        assert losses.of("printer", today).today == 2
        assert losses.of("camera", today).today == 0
        record.append(lost)
        assert losses.of("printer", today).today == 3
        house.passes(days=1)
        assert losses.of("printer", house.clock.now().text[:10]).today == 0
