"""What a station is built of, from its configuration: rules and packs as they stand, paper, devices."""

import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from drivers.binding import Bound
from drivers.scanner.codes.decoders import read_codes
from drivers.scanner.feed import ScanFeed
from kiosk.attendant import Attendant, Hardware
from kiosk.clock import BOOT_ID, Clock
from kiosk.config import ConfigError
from kiosk.devices import AnalyzerLine
from kiosk.enrolment import install
from kiosk.issuing import Press
from kiosk.pack import Packs
from kiosk.pack_in_force import Live, PacksInForce
from kiosk.paper.certificate import load_press
from kiosk.paper.fonts import load_fonts
from kiosk.rules.certify.certificate import wording_on
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits.turn import VisitRules
from kiosk.run import Place
from kiosk.serving import Settings, Tester
from kiosk.trust import read_key
from kiosk.words import Words, load_words
from ui.command.station_analyzers import tester_of
from ui.command.station_config import StationConfig
from ui.command.station_printers import lines_of as printer_lines
from ui.command.station_printers import press_sizes


def settings_of(config: StationConfig, packs: PacksInForce, analyzers: Sequence[Bound], clock: Clock) -> Settings:
    def rules(now: datetime) -> VisitRules:
        in_force = packs.at(now)
        return VisitRules(
            method=measured_by(config, in_force),
            wording=wording_on(now.date(), in_force.wordings),
            settings=in_force.settings,
            drugs=in_force.drugs,
            at=now,
            test_offered=config.visit.test_offered,
        )

    return Settings(
        rules=rules,
        products=Live(lambda: packs.latest.products),
        place=Place(config.scene, config.sample_type),
        testers=analyzers_that_test(config, analyzers),
        methods=lambda now: packs.at(now).methods,
        log_every={one.name: one.log_every for one in config.analyzer if one.log_every is not None},
        wordings=lambda: packs.latest.wordings,
        unconfirmed=lambda: in_use(config, packs.latest, clock),
        idle_after=config.visit.idle_after,
        ended_after=config.visit.ended_after,
        run_within=config.visit.run_within,
    )


def analyzers_that_test(config: StationConfig, analyzers: Sequence[Bound]) -> tuple[Tester, ...]:
    """The analyzers that test samples, in the order of the file."""
    told = {one.name: one for one in config.analyzer if one.tests}
    return tuple(
        tester_of(told[one.name], one, told[one.name].method or config.method) for one in analyzers if one.name in told
    )


def methods_of(config: StationConfig) -> tuple[str, ...]:
    """Ids of the method packs that samples are tested by here."""
    return tuple(dict.fromkeys(one.method or config.method for one in config.analyzer if one.tests))


def in_use(config: StationConfig, packs: Packs, clock: Clock) -> tuple[str, ...]:
    """What people here rely on and nobody has compared with its source; the whole list is `liangzheng pack open`."""
    wording = wording_on(clock.now().at.date(), packs.wordings)
    methods = tuple(f"methods/{method}/" for method in methods_of(config) or (config.method,))
    used = (*methods, f"certificate/{wording.id}" if wording is not None else "-")
    return tuple(name for name in packs.unconfirmed if name.startswith(used))


def know_the_method(config: StationConfig, packs: PacksInForce, shipped: Packs) -> None:
    """Raises ConfigError for a method that neither the shipped packs nor the county's have.

    One that the county took away, or whose pack had to be left out, does not: the box serves without tests.
    """
    methods = {**shipped.methods, **packs.latest.methods}
    unknown = [] if packs.left_out else [method for method in methods_of(config) if method not in methods]
    if unknown:
        told = f"unknown method {unknown[0]!r}; known: {', '.join(methods)}"
        raise ConfigError(Path("station.toml"), [("method", told)])


def measured_by(config: StationConfig, packs: Packs) -> MethodPack | None:
    """What samples are tested by here, on the first analyzer that has its method; None where none has."""
    found = (packs.methods.get(method) for method in methods_of(config))
    return next((method for method in found if method is not None), None)


def promise_of(packs: Packs, style: int, clock: Clock) -> tuple[str, ...]:
    wording = wording_on(clock.now().at.date(), packs.wordings)
    return () if wording is None or style not in wording.styles else wording.styles[style].promise


def on_paper(words: Words) -> Words:
    """Those that the screen begins in where they will do: paper is always Chinese, and one language takes 1 MB."""
    return words if words.language == "zh" else load_words("zh")


def press_of(config: StationConfig, packs: PacksInForce, words: Words) -> Press:
    """`words`: those of paper. Raises PaperError and ProfileError."""
    size, label = press_sizes(config)
    wordings = Live(lambda: {wording.id: wording for wording in packs.latest.wordings})
    key = read_key(config.key)
    fonts = load_fonts()
    presses = load_press(size, fonts), load_press(label, fonts) if label else None
    return Press(config.county, config.host, key, words, wordings, presses[0], read_codes, presses[1])


def token_of(file: Path) -> str:
    """Without it nobody on this machine may touch the screen. One per boot, so that a page outlives our restart."""
    boot = BOOT_ID.read_text(encoding="ascii").strip()
    try:
        of_boot, token = file.read_text(encoding="ascii").split()
    except (FileNotFoundError, ValueError):
        of_boot, token = "", ""
    if of_boot == boot:
        return token
    token = secrets.token_urlsafe(16)
    install(file, f"{boot} {token}\n".encode(), 0o640)
    return token


def hardware_of(
    config: StationConfig, lines: Sequence[AnalyzerLine], attendant: Attendant, stack: ExitStack
) -> Hardware:
    for line in lines:
        line.start()
        stack.callback(line.stop)
    feed = stack.enter_context(ScanFeed(config.scanner, attendant.post))
    feed.ask_preview(True)
    reads = {line.name: line.read for line in lines if line.sequence is None}
    tests = {one.name for one in config.analyzer if one.tests}
    led = {line.name: line for line in lines if line.sequence and line.name in tests}
    return Hardware(reads, printer_lines(config, attendant.post, stack), led, feed.still)
