"""A folder with a county and a box in it, simulated devices beside it, and the programs that serve them."""

import getpass
import hashlib
import json
import os
import shutil
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.analyzer_modbus import ChlorineTwin
from drivers.simulated.printer import PrinterTwin
from drivers.simulated.pty import PtyDevice, Twin
from kiosk import enrolment
from kiosk.clock import Clock, build_time, system_time
from kiosk.contract import read
from kiosk.log import Tail
from kiosk.paper.badge import badge_face
from kiosk.paper.card import CardFace, load_card_press
from kiosk.rules.messages import Card, EntryBody, OrderBody, OrderDone, PackPut, Subject, SubjectsUpsert
from kiosk.rules.scan.numbers import CARD_BYTES, card_number, shown_card
from kiosk.words import Words
from ui.county.accounts import sessions
from ui.county.accounts.passwords import Passwords
from ui.county.acts import Acts
from ui.county.broker import start_command
from ui.county.office import CountyConfig, enrol, init_county, make_card
from ui.county.orders import Orders
from ui.county.page_keys import office_key
from ui.county.people.adopting import adopt
from ui.demo.office import Colleague, office
from ui.demo.programs import Programs, User, await_port, free_port

COUNTY, STATION = "530427", "gasa-01"
HOST = "xinping.liangzheng.example"
METHOD = "gbt-5009-199-2003"
SIMULATED = "demonstration: the simulated analyzer reads in a moment"
PICK_UP = 2.5  # seconds
PROGRAMS = ("broker", "county", "scanner", "station", "uplink")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated: how the samples are, from which seed, how long a run takes, and on how many analyzers."""

    scenario: str = "clean"
    seed: int = 1
    run_seconds: float = 1.0
    testers: int = 1  # two at most


class Bench:
    """`people` are the producers the county knows; each gets a card. `users` gives programs users of their own."""

    def __init__(
        self,
        folder: Path,
        plan: Plan,
        people: tuple[Subject, ...],
        words: Words,
        users: Mapping[str, User] | None = None,
    ) -> None:
        self.folder = folder
        self.plan = plan
        self.people = people
        self.office = office()
        self.county = folder / "county"
        self.box = folder / "box"
        self.camera = folder / "camera"
        self.paper = folder / "paper"
        self.devices = folder / "devices"
        self.station_port, self.county_port, self.broker_port = free_port(), free_port(), free_port()
        self._words = words
        self._users = dict(users or {})
        self.programs = Programs(folder / "logs", self._users)
        self.residue = ResidueTwin(plan.scenario, plan.seed, plan.run_seconds, auto=True)
        self.residue2 = ResidueTwin(plan.scenario, plan.seed + 1, plan.run_seconds, auto=True)
        self.chlorine = ChlorineTwin(seed=plan.seed)
        self.printer = PrinterTwin(self.paper)
        self.plugs: dict[str, PtyDevice] = {}
        self._away_since = float("-inf")

    # --- once ---------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """The county, the box's keys and enrolment, configuration, producers and cards."""
        for folder in (self.camera, self.paper, self.devices, self.box / "run"):
            folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        today = system_time().date()
        init_county(self._county_config(), today)
        request = enrolment.prepare(self.box / "keys", COUNTY, STATION)
        enrolment.accept(self.box / "keys", enrol(self.county, request, today))
        self.order(SubjectsUpsert(self.people, tuple(Card(number_of(person), person.id) for person in self.people)))
        for order in self.office.orders(today):
            self.order(order)
        self.order(quick_method())
        self._configure()
        for person in self.people:
            self.card(person, today)
        for colleague in self.office.staff:
            self.badge(colleague)
        acts = self._acts()
        self.office.opens_accounts(acts, Passwords())
        adopt(Orders(self.county), acts, self._county_config().memory, self.office.accounts[0].id)
        self._share()

    def order(self, body: OrderBody) -> None:
        Orders(self.county).give("all", body, system_time())

    def card(self, person: Subject, day: date) -> Path:
        """The picture of a producer's card."""
        number = number_of(person)
        url = make_card(self.county, person.id, person.name, number, day)
        words = self._words
        face = CardFace(
            title=words.say("paper.card.title"),
            name=person.name,
            number_label=words.say("paper.card.number"),
            number=shown_card(number),
            hint=words.say("paper.card.hint"),
            code_url=url,
        )
        file = self.folder / "cards" / f"{person.id}.png"
        file.parent.mkdir(exist_ok=True)
        load_card_press().draw(face).save(file)
        return file

    def badge(self, person: Colleague) -> Path:
        """The picture of a badge."""
        file = self.folder / "cards" / f"{person.id}.png"
        file.parent.mkdir(exist_ok=True)
        load_card_press().draw(badge_face(self._words, HOST, person.name, person.roles, person.badge)).save(file)
        return file

    # --- programs -----------------------------------------------------------------------------------------------

    def plug_in(self) -> None:
        group = self._users["station"].gid if "station" in self._users else None
        twins: dict[str, Twin] = {"residue": self.residue, "chlorine": self.chlorine, "printer": self.printer}
        if self.plan.testers > 1:
            twins["residue2"] = self.residue2
        for name, twin in twins.items():
            if name not in self.plugs:
                self.plugs[name] = PtyDevice(twin, self.devices / name, group=group)

    def start(self, name: str) -> None:
        """Start one of PROGRAMS and wait until it is ready. Raises ProgramError."""
        if name == "broker":
            command = start_command(self.county / "mosquitto" / "mosquitto.conf")
            self.programs.start("broker", command, says_ready=False)
            await_port(self.broker_port, 20)
        elif name == "county":
            self.programs.liangzheng("county", "county", "run", "--config", str(self.county / "county.toml"))
        else:
            self.programs.liangzheng(name, name, "--config", str(self.box / "etc" / f"{name}.toml"))

    def start_all(self) -> None:
        self.plug_in()
        for name in PROGRAMS:
            self.start(name)
        self.await_entry(lambda entry: isinstance(entry, OrderDone) and entry.order == PackPut.kind)  # the last order

    def await_entry(self, wanted: Callable[[EntryBody], bool], within: float = 30.0) -> None:
        """Come back when such an entry stands in the box's log. Raises TimeoutError."""
        until = time.monotonic() + within
        up = Tail(self.box / "up")
        while not any(wanted(read(payload).entry) for _, payload in up.after(0, 1000)):
            if time.monotonic() > until:
                raise TimeoutError("the box's log does not say what it should")
            time.sleep(0.1)

    def close(self) -> None:
        self.programs.stop_all()
        for plug in self.plugs.values():
            plug.close()

    @property
    def station_url(self) -> str:
        return f"http://127.0.0.1:{self.station_port}"

    def signed_in(self, account: str = "") -> str:
        """What a browser bears (`ui.county.web.doors.COOKIE`) whose owner, the first by default, is signed in."""
        who = account or self.office.accounts[0].id
        return self._acts().do(lambda act: sessions.begin(act.sql, who, system_time(), half=False)[0])

    @property
    def county_url(self) -> str:
        return f"http://127.0.0.1:{self.county_port}"

    @property
    def token(self) -> str:
        return (self.box / "state" / "screen-token").read_text(encoding="ascii").split()[1]

    # --- what people do -----------------------------------------------------------------------------------------

    def hold_up(self, picture: Path) -> None:
        """Hold something in front of the camera, with the pause in which a hand picks it up; it appears whole.

        The scanner reports the same code again only after it has been out of sight for a while.
        """
        time.sleep(max(0.0, self._away_since + PICK_UP - time.monotonic()))
        fresh = self.camera / ".holding"
        shutil.copy(picture, fresh)
        fresh.chmod(0o644)
        fresh.replace(self.camera / f"held{picture.suffix}")

    def take_away(self) -> None:
        for picture in self.camera.glob("held.*"):
            picture.unlink()
        self._away_since = time.monotonic()

    # --- within -------------------------------------------------------------------------------------------------

    def _acts(self) -> Acts:
        config = self._county_config()
        return Acts(config.memory, office_key(self.county), COUNTY, Clock(build_time()).now, lambda: None)

    def _county_config(self) -> CountyConfig:
        return CountyConfig(
            county=COUNTY,
            folder=self.county,
            host=HOST,
            broker_host="127.0.0.1",
            broker_port=self.broker_port,
            broker_address="127.0.0.1",
            broker_user="mosquitto" if os.geteuid() == 0 else getpass.getuser(),
            listen=f"127.0.0.1:{self.county_port}",
        )

    def _configure(self) -> None:
        box, keys = self.box, self.box / "keys"
        common = {"county": COUNTY, "station": STATION, "up": box / "up", "down": box / "down", "blobs": box / "blobs"}
        socket = box / "run" / "scanner.sock"
        self._write("scanner", {"camera": self.camera, "socket": socket})
        self._write(
            "station",
            common
            | {
                "host": HOST,
                "listen": f"127.0.0.1:{self.station_port}",
                "state": box / "state",
                "key": keys / "station.key",
                "trust": keys / "trust.json",
                "scanner": socket,
                "printer": {"port": self.devices / "printer"},
                "voice": {"folder": box / "state" / "voice"},
                "analyzer": [
                    *(
                        {
                            "name": self._words.say(f"demo.{name}"),
                            "profile": "dayuan-tl310",
                            "port": self.devices / name,
                            "tests": True,
                        }
                        for name in ("residue", "residue2")[: self.plan.testers]
                    ),
                    {
                        "name": self._words.say("demo.chlorine"),
                        "profile": "globalwater-cl500",
                        "port": self.devices / "chlorine",
                    },
                ],
            },
        )
        self._write(
            "uplink",
            common
            | {
                "broker_host": "127.0.0.1",
                "broker_port": self.broker_port,
                "ca": keys / "tls" / "ca.pem",
                "certificate": keys / "tls" / "client.pem",
                "key": keys / "tls" / "client.key",
                "trust": keys / "trust.json",
                "resend_s": 2,
            },
        )

    def _write(self, program: str, table: Mapping[str, object]) -> None:
        file = self.box / "etc" / f"{program}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"{name} = {_toml(value)}\n" for name, value in table.items()), encoding="utf-8")

    def _share(self) -> None:
        """Give each program's user its own folders, and its neighbours' group the right to read them."""
        for name in ("up", "down", "state", "blobs"):
            (self.box / name).mkdir(exist_ok=True)
        if not self._users:
            return
        station, uplink, county = (self._users[name] for name in ("station", "uplink", "county"))
        for folder, owner, reader in (
            (self.box / "up", station, uplink),
            (self.box / "blobs", station, uplink),
            (self.box / "down", uplink, station),
            (self.box / "state", station, station),
            (self.box / "run", self._users["scanner"], station),
        ):
            os.chown(folder, owner.uid, reader.gid)
            folder.chmod(0o2750)
        os.chown(self.box / "keys" / "station.key", station.uid, station.gid)
        os.chown(self.box / "keys" / "tls" / "client.key", uplink.uid, uplink.gid)
        for part in (self.county, *self.county.rglob("*")):
            if "mosquitto" not in part.parts:
                os.chown(part, county.uid, county.gid)


def quick_method() -> PackPut:
    """The method as this county has it: a simulated analyzer need not be waited for as long as a real one."""
    file = f"methods/{METHOD}.toml"
    form = tomllib.loads((resources.files("kiosk") / "packs" / file).read_text(encoding="utf-8"))
    read = form["step"]["read"] | {"least": 0, "mark": "I", "source": SIMULATED, "confirmed": False}
    form["step"]["read"] = {name: value for name, value in read.items() if name != "most"}
    text = "".join(f"{json.dumps(name)} = {_toml(value)}\n" for name, value in form.items())
    return PackPut(file, text, hashlib.sha256(text.encode()).hexdigest())


def number_of(person: Subject) -> str:
    """On his card; the same in every demonstration."""
    return card_number(hashlib.sha256(person.id.encode()).digest()[:CARD_BYTES])


def people_from(file: Path) -> tuple[Subject, ...]:
    """Producers from a JSON list of Subject fields."""
    return tuple(Subject(**facts) for facts in json.loads(file.read_text(encoding="utf-8")))


def _toml(value: object) -> str:
    """A TOML value; JSON strings, numbers and lists are TOML as well, tables are written inline."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_toml(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    if isinstance(value, Path):
        return json.dumps(str(value), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
