"""Which cameras this machine has, and which of them a name in the configuration means. Opens nothing.

A USB camera shows two nodes, pictures (`index` 0) and metadata (`index` 1, kernel uvcvideo, UVC_METADATA): only the
first counts. The kernel numbers nodes by the order of plugging, so that a name is resolved at every open.
"""

from dataclasses import dataclass
from pathlib import Path

from drivers.errors import LinkError
from drivers.sockets import ROOT, Usb, usb_of

AUTO = "auto"  # the only USB camera; a board's own nodes (codecs, unicam) are named by hand
BY_IDS = "usb:"  # and its vendor and product
# Names that follow the socket, best first: udev's 60-persistent-v4l.rules, then our own rule.
STEADY = (("dev/v4l/by-path", ""), ("dev/liangzheng", "camera-"))


@dataclass(frozen=True, slots=True)
class Node:
    """`where` is the name to write down: steady when udev made one; `device` is what it is called just now."""

    where: str
    device: str
    usb: Usb


def cameras(root: Path = ROOT) -> tuple[Node, ...]:
    """Every camera that hangs on USB."""
    names = sorted((file.name for file in (root / "sys/class/video4linux").glob("video*")), key=lambda n: (len(n), n))
    found = ((name, usb_of(name, root, "video4linux")) for name in names if _index(name, root) == "0")
    return tuple(Node(_steady(name, root), f"/dev/{name}", usb) for name, usb in found if usb is not None)


def is_camera(source: str) -> bool:
    """Whether a name means a camera, not a film or a folder."""
    return source == AUTO or source.isdecimal() or source.startswith((BY_IDS, "/dev/"))


def node_of(source: str, root: Path = ROOT) -> Path:
    """The node to open now; LinkError `scanner.absent`, or `scanner.several` when "auto" cannot choose."""
    device = _meant(source, root)
    if device is None or not device.exists():
        raise LinkError("scanner.absent", camera=source)
    return device.resolve()


def _meant(source: str, root: Path) -> Path | None:
    if source == AUTO or source.startswith(BY_IDS):
        return _only(source, root)
    return root / (f"dev/video{source}" if source.isdecimal() else source.lstrip("/"))


def _only(source: str, root: Path) -> Path | None:
    found = [node for node in cameras(root) if source in (AUTO, BY_IDS + node.usb.ids)]
    if len(found) > 1:
        raise LinkError("scanner.several", cameras=", ".join(node.where for node in found))
    return root / found[0].device.lstrip("/") if found else None


def _steady(name: str, root: Path) -> str:
    for folder, start in STEADY:
        for link in sorted((root / folder).glob(f"{start}*")):
            if link.resolve().name == name:
                return f"/{folder}/{link.name}"
    return f"/dev/{name}"


def _index(name: str, root: Path) -> str:
    try:
        return (root / "sys/class/video4linux" / name / "index").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):  # it was pulled while we looked
        return ""
