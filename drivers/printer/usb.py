"""Which USB printers the kernel's usblp has, and what they say of themselves (sysfs). Opens nothing."""

from dataclasses import dataclass
from pathlib import Path

from drivers.errors import LinkError
from drivers.sockets import ROOT, Usb, usb_of

CLASS = "usbmisc"
STEADY = "dev/liangzheng"  # our udev rule's names, which follow the socket


@dataclass(frozen=True, slots=True)
class UsbPrinter:
    """`node` is what to open; `where` names the printer wherever it is plugged in."""

    node: str
    usb: Usb

    @property
    def where(self) -> str:
        return ":".join(["usb", self.usb.ids, *([self.usb.serial] if self.usb.serial else [])])


def usb_printers(root: Path = ROOT) -> tuple[UsbPrinter, ...]:
    nodes = sorted((root / "sys/class" / CLASS).glob("lp*"), key=lambda node: (len(node.name), node.name))
    found = ((node, usb_of(node.name, root, CLASS)) for node in nodes)
    return tuple(UsbPrinter(_node(node, root), usb) for node, usb in found if usb is not None)


def node_of(where: str, root: Path = ROOT) -> str:
    """The node of `usb:VVVV:PPPP[:SERIAL]`. LinkError: absent, or several (then its serial number is needed)."""
    _, vendor, product, *serial = where.split(":", 3)
    wanted = [
        printer
        for printer in usb_printers(root)
        if printer.usb.ids == f"{vendor}:{product}".lower() and (not serial or printer.usb.serial == serial[0])
    ]
    if not wanted:
        raise LinkError("link.absent", port=where)
    if len(wanted) > 1:
        raise LinkError("printer.several", port=where, known=", ".join(printer.where for printer in wanted))
    return wanted[0].node


def steady(node: str, root: Path = ROOT) -> str:
    """The name that follows the socket, where udev made one."""
    target = (root / node.lstrip("/")).resolve()
    links = (link for link in sorted((root / STEADY).glob("printer-*")) if link.resolve() == target)
    return next((f"/{STEADY}/{link.name}" for link in links), node)


def _node(sysfs: Path, root: Path) -> str:
    """usblp's own name for it, usb/lp0, stands in `uevent`."""
    try:
        lines = (sysfs / "uevent").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    name = next((line.removeprefix("DEVNAME=") for line in lines if line.startswith("DEVNAME=")), f"usb/{sysfs.name}")
    return str(root / "dev" / name)
