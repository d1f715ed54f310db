"""What the technician's pages show in their tests: one value for each of them, as the tools give it."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from drivers.scanner.wire import Quality
from kiosk.checking import Checked
from kiosk.clock import BEIJING, ClockState, Now
from kiosk.doctor import Facts, examined
from kiosk.rules.messages import FaultReported, Supply
from kiosk.rules.sentence import Sentence
from kiosk.screen import DeviceState, Link
from kiosk.supplies import load_items
from kiosk.tools.analyzers import AnalyzersShown, Instrument, Looked
from kiosk.tools.checkup import CheckupShown
from kiosk.tools.devices import DeviceSeen, DevicesShown
from kiosk.tools.faults import FaultsShown
from kiosk.tools.losses import Lost
from kiosk.tools.network import Plug, Wifi
from kiosk.tools.networking import LETTERS, NetworkShown, State
from kiosk.tools.practice_desk import TrainingShown
from kiosk.tools.printers import Found, PrintersShown, Set
from kiosk.tools.records import RecordsShown
from kiosk.tools.scan_test import Reading, ScanShown
from kiosk.tools.screen_setup import SetupShown
from kiosk.tools.supplies import Line, SuppliesShown
from kiosk.work_rows import Fault
from tests.ui.station.scripted import IDENTITY, READINGS

AT = datetime(2026, 3, 18, 9, 41, tzinfo=BEIJING)
BY_PATH = "/dev/serial/by-path/platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2:1.0-port0"
TESTER = DeviceState("residue", None, IDENTITY, READINGS)
PRINTER = DeviceState("printer", Sentence("problem.link.absent", {"port": "usb:0416:5011"}), readable=False)
CAMERA = DeviceState("camera", None, readable=False)
DEVICES = (CAMERA, PRINTER, TESTER)

SEEN = (
    DeviceSeen(CAMERA, "", (), Lost()),
    DeviceSeen(PRINTER, "usb:0416:5011", (), Lost(3, "2026-03-18T09:12:00.000+08:00")),
    DeviceSeen(TESTER, BY_PATH, (1, 2), Lost(0, "2026-03-17T15:12:00.000+08:00")),
)
STATE = State(
    (Plug("eth0", "ethernet", "unavailable", ""), Plug("wlan0", "wifi", "connected", "村委会")),
    (Wifi("村委会", 80, True, True), Wifi("Huawei-9F2C", 55, True, False), Wifi("guest", 20, False, False)),
    ("村委会",),
    "cmnet",
)
NETWORK = NetworkShown(STATE, True, "", None, "", "", "", False, LETTERS)
SETS = (("printer", Set("/dev/usb/lp0", "escpos-80mm", "80mm")),)
FOUND = (Found("usb:0416:5011", "usb", "POSPrinter POS80"), Found("cups:office", "cups", "office"))
PRINTERS = PrintersShown(SETS, frozenset({"printer"}), True, "", None, "", Set(), FOUND, (), ())
INSTRUMENTS = (
    Instrument("1 号仪", "dayuan-tl310", BY_PATH, True),
    Instrument("余氯仪", "globalwater-cl500", "/dev/ttyUSB1"),
)
LOOKS = (
    Looked("/dev/ttyUSB2", "QinHeng CH340", "taiyang-ttnj-8", "Taiyang TTNJ-8", "A1234"),
    Looked("/dev/ttyUSB3", "FTDI FT232R", problem=Sentence("problem.analyzer.nobody", {"port": "/dev/ttyUSB3"})),
)
ANALYZERS = AnalyzersShown(INSTRUMENTS, LOOKS, True, ("2 号仪", "3 号仪"), False, True, "", None, -1)
FACTS = Facts(
    now=Now(AT, ClockState.UNKNOWN),
    checked=Checked(40, 120, "", ""),
    link=Link(120, 100, "2026-03-17T18:00:00.000+08:00"),
    disk=None,
    down=None,
    devices=DEVICES,
    software="0.1.0",
    offered="0.2.0",
    left_out=0,
)
RECORDS = RecordsShown(FACTS, "2026-03-17T18:02:00.000+08:00", "", 0, True, False, None)
READING = Reading(
    "card", "HTTPS://XINPING.LIANGZHENG.EXAMPLE/K/2D1G", "QRCode", "zxing", 2, AT.isoformat(), Quality(220, 83, 2)
)
GUN = Reading("tube", "T7K3M9QXA", "", "gun", 1, AT.isoformat(), None)
REPORT = FaultReported("printer", "broken", "卡纸", "li", "problem.link.absent")
ITEMS = load_items()
LINES = tuple(Line(item, Decimal(nth) if nth else None) for nth, item in enumerate(ITEMS))
MOVE = Supply(ITEMS[0].id, "received", Decimal(10), "盒", "li", note="县站送来")

# page → (what stands behind the tool's name, what it shows)
PAGES: dict[str, tuple[str, object]] = {
    "devices": ("", DevicesShown(SEEN, None)),
    "devices one": ("residue", DevicesShown(SEEN, SEEN[2])),
    "devices lost": ("printer", DevicesShown(SEEN, SEEN[1])),
    "network": ("", NETWORK),
    "network absent": ("", replace(NETWORK, state=State(), looked=False, told=Sentence("network.problem.absent"))),
    "network password": ("wifi Huawei-9F2C", replace(NETWORK, page="wifi", name="Huawei-9F2C", typed="hunter22")),
    "printers": ("", PRINTERS),
    "printers place": ("printer", replace(PRINTERS, which="printer")),
    "printers ready": (
        "printer",
        replace(PRINTERS, which="printer", draft=Set("usb:0416:5011", "escpos-80mm", "80mm")),
    ),
    "analyzers": ("", ANALYZERS),
    "analyzers one": ("0", replace(ANALYZERS, open=0)),
    "screen_setup": ("", SetupShown("", (0.1, 0.12), 0, True, 75, None)),
    "screen_setup bright": ("bright", SetupShown("bright", (0.1, 0.12), 0, True, 75, None)),
    "screen_setup touch": ("touch", SetupShown("touch", (0.1, 0.12), 0, False, None, None)),
    "screen_setup colours": ("colours", SetupShown("colours", (0.1, 0.12), 0, False, None, None)),
    "scan_test": ("", ScanShown((READING, GUN), "nearer", True, True)),
    "records": ("", RECORDS),
    "records clock": ("clock", replace(RECORDS, page="clock", off=70)),
    "checkup": ("", CheckupShown(examined(FACTS), None)),
    "supplies": ("", SuppliesShown(LINES, None, ())),
    "supplies one": (ITEMS[0].id, SuppliesShown(LINES, ITEMS[0], ((AT.isoformat(), MOVE),))),
    "faults": ("", FaultsShown((Fault(7, AT.isoformat(), REPORT, "县站 王", AT.isoformat()),), ("printer",))),
    "training": ("", TrainingShown(True, 60, False)),
}
