"""Staff at the bench: which sample stands on which channel, with which reagent, by which clock; and the run begun.

Everything is bound before the run begins, and recorded then (TubeBound); quality control says whether it may begin.
Owned by the attendant's thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kiosk.asides import spoken
from kiosk.clock import Clock
from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Outcome, SampleTaken, TubeBound
from kiosk.rules.quality_control import tubes
from kiosk.rules.ruling import Ruling, first_stop
from kiosk.rules.scan import codes, tags
from kiosk.rules.scan.codes import Kind
from kiosk.rules.scan.tags import Tag
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits import desk, inspection
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, StepTimer, Turn, Visit
from kiosk.run_quality import Quality, bound
from kiosk.runs import Runs, run_id
from kiosk.serving import Settings, Tester

NO_CHANNEL = "-"
OF_ONE_TUBE = 4  # entries of a tube: its first run and its repeats


@dataclass(frozen=True, slots=True)
class _Wish:
    """`<sample> <channel> [tube]`, as a tap says it."""

    sample: str
    channel: str
    tube: str


class Bench:
    def __init__(self, open_visit: OpenVisit, runs: Runs, settings: Settings, clock: Clock, quality: Quality) -> None:
        self.quality = quality
        self._open = open_visit
        self._runs = runs
        self._settings = settings
        self._clock = clock
        self._picked = ("", "")  # visit, and the sample whose tube is awaited

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        visit, to = self._open.visit, self._open.step
        return {
            "loading": lambda _: self.begin(),
            "analyzer": self.analyzer,
            "bind": self.bind,
            "unbind": lambda sample: to(inspection.tube_taken_off(visit, sample)),
            "reagent": self.reagent,
            "positive": self.positive,
            "start": lambda _: self.start(),
            "results_read": lambda _: to(inspection.results_read(visit)),
            "load_again": lambda _: to(inspection.load_again(visit, self._open.rules())),
            "timer": self.timer,
            "timer_end": self.timer_end,
        }

    @property
    def picked(self) -> str:
        """Code of the sample that the next tube is for."""
        visit, sample = self._picked
        return sample if visit == self._open.visit.id and self._open.stage is Stage.LOADING else ""

    @property
    def tester(self) -> Tester | None:
        return self._settings.tester(self._open.visit.analyzer)

    # --- what stands where ----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """To the analyzer's picture; where none is chosen, at one that is free."""
        if not self._may():
            raise OutOfTurn("loading", self._open.stage)
        visit = inspection.loading_begun(self._open.visit)
        free = next((one.name for one in self._settings.testers if self._runs.is_free(one.name, visit.id)), "")
        self._open.step(visit if self.tester is not None else inspection.analyzer_chosen(visit, free))

    def analyzer(self, name: str) -> None:
        if self._settings.tester(name) is None:
            raise OutOfTurn("analyzer", self._open.stage)
        if self._runs.is_free(name, self._open.visit.id):
            self._open.step(inspection.analyzer_chosen(self._open.visit, name))
        else:
            self._say("busy", analyzer=name)

    def bind(self, wanted: str) -> None:
        """`<sample> <channel> [tube]`."""
        words = wanted.split()
        if len(words) not in (2, 3):
            raise OutOfTurn("bind", self._open.stage)
        wish = _Wish(words[0], words[1], words[2] if len(words) == 3 else self._tube_of(words[0]))
        sample, tester = self._sample(wish.sample), self.tester
        if sample is None or tester is None:
            return
        channel = self._channel(tester, wish)
        if channel != NO_CHANNEL or not tester.channels:
            place = None if channel == NO_CHANNEL else int(channel)
            self._picked = self._open.visit.id, sample.sample_code
            self._stand(sample, wish.tube, place)

    def positive(self, channel: str) -> None:
        """A spiked sample stands there; nothing: none does."""
        tester, visit = self.tester, self._open.visit
        if not channel:
            self._open.step(inspection.positive_placed(visit, None))
        elif tester is not None and self._channel(tester, _Wish("", channel, "")) != NO_CHANNEL:
            self._open.step(inspection.positive_placed(visit, int(channel)))

    def reagent(self, lot: str) -> None:
        """Only one that the record knows: who opened it, and when."""
        if self.quality.lot(lot) is None:
            self._say("reagent_unknown", lot=lot)
        else:
            self._open.step(inspection.reagent_taken(self._open.visit, lot))

    def samples(self) -> list[tuple[int, SampleTaken]]:
        """Those that wait for a test and are nobody's who has his own run."""
        waiting = self._open.record.tables.work.samples_waiting()
        return [(seq, one) for seq, one in waiting if self._open.parked_by_slip(one.sample_code) is None]

    # --- codes ----------------------------------------------------------------------------------------------------

    def seen(self, data: bytes) -> bool:
        """A code held up at the bench: a sample is bound, its tube named, a reagent taken; whether it was any of it."""
        if self._open.stage is not Stage.LOADING:
            return False
        told = codes.explain(data)
        lot = told.text if told.kind is Kind.REAGENT else told.facts.get("lot", "")
        code = next((one for one in spoken(data) if self._open.record.tables.work.sample(one) is not None), "")
        if code:
            self._scanned(code)
        elif told.kind is Kind.TUBE and told.ok:
            self._tube(tags.parse_tag(told.text, Tag.TUBE) or told.text)
        elif lot:
            self.reagent(lot)
        return bool(code or lot or told.kind is Kind.TUBE)

    def _scanned(self, code: str) -> None:
        """On the next free channel; a finger may move it."""
        tester = self.tester
        here = next((one for one in self._open.visit.loaded if one.sample.sample_code == code), None)
        if here is not None and (here.channel is not None or (tester is not None and not tester.channels)):
            self._picked = self._open.visit.id, code
            self._say("picked", sample=code)
        elif tester is None:
            self._say("no_analyzer")
        elif not tester.channels:
            self.bind(f"{code} {NO_CHANNEL}")
        elif (free := next(iter(self.free_channels(tester)), None)) is None:
            self._say("full")
        else:
            self.bind(f"{code} {free}")

    def _tube(self, tube: str) -> None:
        """Of the sample that was picked last."""
        here = next((one for one in self._open.visit.loaded if one.sample.sample_code == self.picked), None)
        if here is None:
            self._say("no_sample", sample=tube)
        else:
            self._stand(here.sample, tube, here.channel)

    def _stand(self, sample: SampleTaken, tube: str, channel: int | None) -> None:
        """Another sample's tube is told before it stands anywhere, whenever that was bound."""
        earlier = self._open.record.tables.work.about(TubeBound.kind, OF_ONE_TUBE, tube) if tube else []
        known = tuple(body for _, body in earlier if isinstance(body, TubeBound))
        new = TubeBound(tube or sample.sample_code, sample.sample_code, run="", channel=channel)
        stopped = first_stop(tubes.bind_rulings(known, new, self._open.rules().settings))
        if stopped is not None:
            self._open.tell(turn.noticed(self._open.visit, stopped.say))
        else:
            self._open.step(inspection.tube_bound(self._open.visit, sample, tube, channel))

    def free_channels(self, tester: Tester) -> Sequence[int]:
        taken = {one.channel for one in self._open.visit.loaded} | {tester.control, self._open.visit.positive}
        return [channel for channel in tester.channels if channel not in taken]

    # --- the run --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Control first. What quality control stops is told, and nothing is recorded."""
        visit = self._stopped()
        if self._refused(visit):
            return
        started = inspection.run_started(visit, self._open.rules())
        if started.stage is Stage.TESTING:
            self._run(started)
        else:
            self._open.step(started)

    def retest(self) -> None:
        """The repeats stand where they were planned."""
        visit = self._stopped()
        rules = self._open.rules()
        again = turn.retest_started(visit, rules)
        if not again.placed:
            channels = () if self.tester is None else self.free_channels(self.tester)
            again = inspection.repeats_placed(again, rules, channels)
        if not self._refused(again):
            self._run(again)

    def rulings(self, visit: Visit) -> tuple[Ruling, ...]:
        """What quality control says of the run before it begins."""
        identity = self._runs.there(visit.analyzer)
        return self.quality.before(visit, self._open.rules_of(visit), "" if identity is None else identity.profile)

    def _refused(self, visit: Visit) -> bool:
        name = visit.analyzer
        if self.tester is None:
            self._say("no_analyzer")
        elif not self._runs.is_free(name, visit.id):
            self._say("busy", analyzer=name)
        elif self._runs.there(name) is None:
            self._say("absent", analyzer=name)
        elif (stopped := first_stop(self.rulings(visit))) is not None:
            self._open.tell(turn.noticed(self._open.visit, stopped.say))
        else:
            return False
        return True

    def _run(self, started: Visit) -> None:
        """What stands where is durable before the analyzer is asked for anything."""
        number, testing = run_id(), self._runs.of(started.analyzer)
        if testing is None:
            raise OutOfTurn("start", self._open.stage)
        for entry in bound(started, number, started.placed, self._name(started)):
            self._open.move(self._open.visit, entry)
        testing.begin(started, number)

    # --- clocks ---------------------------------------------------------------------------------------------------

    def timer(self, wanted: str) -> None:
        """`<step> [method pack]`: its clock begins; the step before it is over."""
        step, _, pack = wanted.partition(" ")
        method = self.method(pack)
        if method is None or method.step(step) is None:
            raise OutOfTurn("timer", self._open.stage)
        begun = StepTimer(step, self._clock.moment().text, method=pack)
        timers = tuple(self._over(one) if one.method == pack else one for one in self._open.visit.timers)
        self._open.step(inspection.timed(self._open.visit, (*timers, begun)))

    def timer_end(self, step: str) -> None:
        timers = tuple(self._over(one) if one.step == step else one for one in self._open.visit.timers)
        self._open.step(inspection.timed(self._open.visit, timers))

    def method(self, pack: str) -> MethodPack | None:
        """By its id; without one that of the chosen analyzer."""
        if not pack:
            return self._open.rules().method
        return self._settings.methods(self._clock.now().at).get(pack)

    def _over(self, timer: StepTimer) -> StepTimer:
        return timer if timer.ended else replace(timer, ended=self._clock.moment().text)

    def _stopped(self) -> Visit:
        """Whoever begins the run has ended the step before it."""
        visit = self._open.visit
        if visit.turn is not Turn.STAFF:
            raise OutOfTurn("start", visit.stage)
        return replace(visit, timers=tuple(map(self._over, visit.timers)))

    # --- within ---------------------------------------------------------------------------------------------------

    def _sample(self, code: str) -> SampleTaken | None:
        work = self._open.record.tables.work
        found = work.sample(code)
        if self._open.stage is not Stage.LOADING:
            raise OutOfTurn("bind", self._open.stage)
        if self.tester is None:
            self._say("no_analyzer")
        elif found is None or self._open.parked_by_slip(code) is not None:
            self._say("no_sample", sample=code)
        elif any(test.verdict.outcome is not Outcome.INVALID for _, test in work.tests_of(code)):
            self._say("sample_tested", sample=code)
        else:
            return found[1]
        return None

    def _channel(self, tester: Tester, wish: _Wish) -> str:
        """The channel that may be used; NO_CHANNEL where the analyzer has none, or it was said why not."""
        others = [one for one in self._open.visit.loaded if one.sample.sample_code != wish.sample]
        if not tester.channels:
            if others:
                self._say("one_place", analyzer=tester.name)
                raise OutOfTurn("bind", self._open.stage)
            return NO_CHANNEL
        told = int(wish.channel) if wish.channel.isascii() and wish.channel.isdigit() and len(wish.channel) < 4 else 0
        if told == tester.control:
            self._say("control_channel", channel=str(told))
        elif told not in tester.channels:
            self._say("no_channel", channel=wish.channel[:4])
        else:
            return str(told)
        return NO_CHANNEL

    def _tube_of(self, code: str) -> str:
        return next((one.tube for one in self._open.visit.loaded if one.sample.sample_code == code), "")

    def _may(self) -> bool:
        """Whether who stands there has the tile of the bench on his desk."""
        staff = (one for one in self._open.record.tables.orders.staff() if one.id == self._open.visit.staff)
        return any(tile.opens is desk.Opens.LOADING for one in staff for tile in desk.tiles(one.roles))

    def _name(self, visit: Visit) -> str:
        staff = self._open.record.tables.orders.staff()
        return next((one.name for one in staff if one.id == visit.staff), "")

    def _say(self, key: str, **facts: str) -> None:
        self._open.tell(turn.noticed(self._open.visit, Sentence(f"loading.{key}", facts)))
