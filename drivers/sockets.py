"""Which sockets this machine has for serial lines and keyboards, and what hangs in them by USB. Opens nothing."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/")
# Names that follow the socket, best first: systemd's own, then those of our udev rule, for a udev that makes none.
STEADY = (("dev/serial/by-path", ""), ("dev/liangzheng", "serial-"))
KEYBOARDS = "dev/input/by-path"  # udev's names of those event nodes that have all keys of a keyboard end in this:
KEYBOARD = "-event-kbd"


@dataclass(frozen=True, slots=True)
class Usb:
    """What the adapter says of itself, which is nothing of the instrument behind it (CH340, CP2102: only ids)."""

    vendor: str  # four hexadecimal digits
    product: str
    serial: str | None = None
    maker: str | None = None
    name: str | None = None

    @property
    def ids(self) -> str:
        return f"{self.vendor}:{self.product}"


@dataclass(frozen=True, slots=True)
class Socket:
    """`where` is what to open: a path, or `socket://host:port` and `rfc2217://host:port`."""

    where: str
    usb: Usb | None = None
    steady: bool = True  # `where` follows the socket, not the order of plugging


def sockets(root: Path = ROOT) -> tuple[Socket, ...]:
    """Every serial port that hangs on USB. The board's own ports carry consoles and radios: they are named by hand."""
    ttys = sorted((root / "sys/class/tty").glob("*"), key=lambda tty: (len(tty.name), tty.name))
    found = ((tty.name, usb_of(tty.name, root)) for tty in ttys)
    return tuple(_socket(name, usb, root) for name, usb in found if usb is not None)


def keyboards(root: Path = ROOT) -> tuple[Socket, ...]:
    """Every keyboard, or what types like one, that hangs on USB; udev may have several names for it."""
    links = sorted((root / KEYBOARDS).glob(f"*{KEYBOARD}"), reverse=True)
    first = {link.resolve().name: link for link in links}
    found = ((link, usb_of(event, root, "input")) for event, link in sorted(first.items()))
    return tuple(Socket(f"/{KEYBOARDS}/{link.name}", usb) for link, usb in found if usb is not None)


def socket_at(where: str, root: Path = ROOT) -> Socket:
    """The socket that somebody named."""
    if "://" in where:
        return Socket(where)
    target = _real(where, root)
    usb = usb_of(target.name, root)
    return Socket(where, usb, steady=usb is None or Path(where).name != target.name)


def same(where: str, other: str, root: Path = ROOT) -> bool:
    """Do two names lead to one socket?"""
    if "://" in where or "://" in other:
        return where == other
    return _real(where, root) == _real(other, root)


def usb_of(node: str, root: Path = ROOT, kind: str = "tty") -> Usb | None:
    """What hangs behind a node of `/sys/class/<kind>`; None when that is not USB."""
    device = (root / "sys/class" / kind / node / "device").resolve()
    for place in (device, *device.parents):
        if (place / "idVendor").is_file():
            facts = (_fact(place / name) for name in ("serial", "manufacturer", "product"))
            return Usb(_fact(place / "idVendor") or "", _fact(place / "idProduct") or "", *facts)
    return None


def _socket(tty: str, usb: Usb, root: Path) -> Socket:
    for folder, start in STEADY:
        for link in sorted((root / folder).glob(f"{start}*")):
            if link.resolve().name == tty:
                return Socket(f"/{folder}/{link.name}", usb)
    return Socket(f"/dev/{tty}", usb, steady=False)


def _fact(file: Path) -> str | None:
    try:
        return file.read_text("utf-8", "replace").strip() or None
    except OSError:  # an adapter without this text has no such file
        return None


def _real(where: str, root: Path) -> Path:
    return (root / where.lstrip("/") if where.startswith("/") else Path(where)).resolve()
