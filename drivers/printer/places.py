"""Where a printer is, and how to open it there."""

import re
from pathlib import Path

from drivers.errors import LinkError
from drivers.ports import Line, open_serial
from drivers.printer.device import open_device
from drivers.printer.labels import LabelPrinter
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import AnyPrinter, Port
from drivers.printer.printer import Printer
from drivers.printer.spooler import CupsPrinter
from drivers.printer.usb import node_of
from drivers.sockets import ROOT
from drivers.tcp import open_socket

NETWORK_PORT = 9100  # raw printing over TCP, by custom of all makers
DEVICE = re.compile(r"/[^\0]+")
USB = re.compile(r"usb:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}(:[^\0]+)?")
NETWORK = re.compile(r"tcp://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?/?")
CUPS = re.compile(r"cups:([^\s/#\0]{1,127})")
PLACE = re.compile("|".join(form.pattern for form in (DEVICE, USB, NETWORK, CUPS)))


def open_printer(place: str, model: PrinterModel, baud: int = 115200, root: Path = ROOT) -> AnyPrinter:
    """`place`: /dev/… (serial or device file), usb:VVVV:PPPP[:SERIAL], tcp://host[:port] or cups:QUEUE.

    LinkError: `printer.place` is none of these or does not suit the model; absent, busy, denied, unreachable.
    """
    queue = CUPS.fullmatch(place)
    if (queue is not None) is not (model.language == "cups"):
        raise LinkError("printer.place", place=place, model=model.name)
    if queue is not None:
        return CupsPrinter(queue[1], model)
    port = open_line(place, model, baud, root)
    return Printer(port, model) if model.language == "escpos" else LabelPrinter(port, model)


def open_line(place: str, model: PrinterModel, baud: int, root: Path = ROOT) -> Port:
    if USB.fullmatch(place):
        return open_device(node_of(place, root), model.takes_within)
    if network := NETWORK.fullmatch(place):
        number = int(network[2] or NETWORK_PORT)
        if 0 < number < 1 << 16:
            return open_socket(place, network[1].strip("[]"), number, model.takes_within)
    elif DEVICE.fullmatch(place):
        return open_serial(place, Line(baud=baud), model.takes_within) if _serial(place) else _device(place, model)
    raise LinkError("printer.place", place=place, model=model.name)


def _device(place: str, model: PrinterModel) -> Port:
    return open_device(place, model.takes_within)


def _serial(place: str) -> bool:
    """usblp's nodes are called lp0, lp1 …, also behind a link; all else in /dev is a serial line."""
    return not re.fullmatch(r"lp[0-9]+", Path(place).resolve().name)
