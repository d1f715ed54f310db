"""`liangzheng simulate printer-MODEL`: a printer that is not there; its papers fall into a folder as pictures."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from drivers.errors import ProfileError
from drivers.printer.model import PrinterModel
from drivers.printer.shelf import known_models, load_model
from drivers.simulated.printer import FAULTS, PrinterTwin
from drivers.simulated.printer_tspl import TsplTwin
from drivers.simulated.printer_zpl import ZplTwin
from drivers.simulated.pty import PtyDevice, Twin
from drivers.simulated.tcp import TcpDevice
from kiosk.words import Words

PREFIX = "printer-"
FATES = tuple(fault for fault in FAULTS if fault)
Serve = Callable[[PtyDevice | TcpDevice, str], None]


def simulated(folders: list[Path]) -> list[str]:
    """Names of printers that can be simulated: of every language but that of a spooler. Raises ProfileError."""
    return [PREFIX + name for name in known_models(folders) if load_model(name, folders).language != "cups"]


def run(args: argparse.Namespace, words: Words, serve: Serve) -> str:
    """Until it is told to stop; else why it could not begin. Raises ProfileError, OSError."""
    known = simulated(args.folder)
    if args.profile not in known:
        return words.say("command.simulate.no_printer", name=args.profile, known=", ".join(known))
    if args.fault not in (None, *FATES):
        return words.say("command.simulate.no_fault", fault=args.fault, known=", ".join(FATES))
    model = load_model(args.profile.removeprefix(PREFIX), args.folder)
    tray = args.tray or Path(tempfile.mkdtemp(prefix="liangzheng-papers-"))
    twin = _twin(model, tray, args.fault or "")

    def ready(device: PtyDevice | TcpDevice, where: str) -> None:
        print(words.say("command.simulate.printer", link=where, tray=tray, model=model.name), flush=True)
        serve(device, where)

    if args.tcp is not None:
        with TcpDevice(twin, args.tcp) as server:
            ready(server, f"tcp://127.0.0.1:{server.port}")
    else:
        with (
            tempfile.TemporaryDirectory(prefix="liangzheng-") as folder,
            PtyDevice(twin, args.link or Path(folder) / args.profile) as device,
        ):
            ready(device, str(device.link))
    return ""


def _twin(model: PrinterModel, tray: Path, fault: str) -> Twin:
    match model.language:
        case "escpos":
            return PrinterTwin(tray, model.width, fault)
        case "tspl":
            return TsplTwin(tray, model.width, fault)
        case "zpl":
            return ZplTwin(tray, model.width, fault)
    raise ProfileError("printer.model", name=model.name, known="")
