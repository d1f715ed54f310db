"""Forms of topics, and who may write and read them: by hand from the contract (FORMATS.md §9), asking no product."""

from tests.support.broker import COUNTY

ROOT = f"liangzheng/1/{COUNTY}"
BOXES = ("gasa-01", "gasa-02")
UP, DOWN = ("up", "blob", "status", "want"), ("receipt", "kept", "order")

TOPICS = (
    *(f"{ROOT}/{box}/{channel}" for box in BOXES for channel in (*UP, *DOWN)),
    f"{ROOT}/all/order",
    f"{ROOT}/all/up",
    f"{ROOT}/feed/test",
    f"{ROOT}/feed",
    f"{ROOT}/ghost/up",
    f"{ROOT}/gasa-01",
    f"{ROOT}/gasa-01/up/more",
    f"{ROOT}/GASA-01/up",
    f"{ROOT}//up",
    f"{ROOT}/gasa-01/",
    f"/{ROOT}/gasa-01/up",
    "liangzheng/1/999999/gasa-01/up",
    f"liangzheng/2/{COUNTY}/gasa-01/up",
    "somewhere/else",
    "$SYS/broker/uptime",
    "$share/all/somewhere",
)
WILD = (f"{ROOT}/+/up", f"{ROOT}/#", "#", f"{ROOT}/gasa-01/+", "")  # a publish must name one topic
FILTERS = (
    "#",
    "+/#",
    "liangzheng/#",
    f"{ROOT}/#",
    f"{ROOT}/+/+",
    f"{ROOT}/+/up",
    f"{ROOT}/+/order",
    f"{ROOT}/+/receipt",
    f"{ROOT}/gasa-01/#",
    f"{ROOT}/gasa-01/+",
    f"{ROOT}/gasa-02/order",
    f"{ROOT}/all/order",
    f"{ROOT}/feed/#",
    "+/+/+/+/+",
    "$SYS/#",
    f"$share/g/{ROOT}/gasa-01/+",
    "$share/g/#",
)


def may_write(name: str, topic: str) -> bool:
    station, channel = _parted(topic)
    if name in BOXES:
        return station == name and channel in UP
    to_stations = bool(station) and station is not None and channel in DOWN
    return name == "intake" and (to_stations or topic.startswith(f"{ROOT}/feed/") or topic == f"{ROOT}/feed")


def may_read(name: str, topic: str) -> bool:
    station, channel = _parted(topic)
    if name in BOXES:
        return (station == name and channel in DOWN) or topic == f"{ROOT}/all/order"
    if name == "feed":
        return topic.startswith(f"{ROOT}/feed/") or topic == f"{ROOT}/feed"
    return name == "intake" and station is not None and channel in UP


def _parted(topic: str) -> tuple[str | None, str]:
    """Station and channel of a topic of this county; no station for any other."""
    head, _, rest = topic.partition(f"{ROOT}/")
    station, slash, channel = rest.partition("/")
    return (station, channel) if not head and slash and "/" not in channel else (None, "")


def fits(topic: str, wish: str) -> bool:
    """Does a filter cover a topic (MQTT 5 §4.7)? Topics of `$` are covered by none that begins with a wildcard."""
    wish = wish.split("/", 2)[2] if wish.startswith("$share/") else wish
    if topic.startswith("$") and wish[0] in "#+":
        return False
    levels, wished = topic.split("/"), wish.split("/")
    for place, part in enumerate(wished):
        if part == "#":
            return True
        if place >= len(levels) or part not in ("+", levels[place]):
            return False
    return len(levels) == len(wished)
