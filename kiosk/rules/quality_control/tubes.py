"""A tube stands for one sample, bound to it before the verdict shows. Later is allowed, marked 后补 and reviewed.

A repeat takes the same tube of the same sample in another run; in one run only a parallel (平行) does.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from kiosk.rules.messages import TubeBound
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.settings import CountySettings

Tubes = tuple[TubeBound, ...]


def tubes_of(entries: Iterable[tuple[int, TubeBound]], withdrawn: Container[int] = ()) -> Tubes:
    """The bindings that stand, oldest first; `withdrawn` are the entries that a correction took back."""
    return tuple(bound for seq, bound in entries if seq not in withdrawn)


def bound(new: TubeBound, *, shown: bool) -> TubeBound:
    """The binding as it is to be recorded; `shown`: the verdict of its sample or channel was on a screen or paper."""
    return replace(new, late=shown)


def bind_rulings(tubes: Tubes, new: TubeBound, settings: CountySettings) -> tuple[Ruling, ...]:
    """Whether this binding may be recorded, and what it has to be told with."""
    if not new.tube:
        return (stop("tube/no_code", "tube.no_code"),)
    if not new.sample_code:
        return (stop("tube/no_sample", "tube.no_sample", tube=new.tube),)
    found = (_two_samples(tubes, new), _channel_taken(tubes, new), _again(tubes, new), _late(new, settings))
    return tuple(ruling for ruling in found if ruling is not None)


def run_rulings(tubes: Tubes, run: str, channels: Sequence[int | None]) -> tuple[Ruling, ...]:
    """The results of a run, by channel: each needs a tube, and no tube and no channel may stand for two."""
    mine = {one.channel for one in tubes if one.run == run}
    return (*(_unbound(one) for one in channels if one not in mine), *conflicts(tubes, run))


def conflicts(tubes: Tubes, run: str) -> tuple[Ruling, ...]:
    """What the record says twice of this run, however it came there."""
    pairs = [(tubes[:place], one) for place, one in enumerate(tubes) if one.run == run]
    found = [found for before, one in pairs for found in (_two_samples(before, one), _channel_taken(before, one))]
    return tuple(ruling for ruling in found if ruling is not None)


def late_ones(tubes: Tubes) -> Tubes:
    """The bindings that wait for a review."""
    return tuple(one for one in tubes if one.late)


def review_ruling(late: TubeBound, reviewer: str, settings: CountySettings) -> Ruling | None:
    """Who may review a 后补: somebody with a name, and where the county asks for it, another person."""
    if not reviewer:
        return stop("tube/no_reviewer", "tube.no_reviewer", tube=late.tube)
    if settings.second_reviewer and reviewer == late.by:
        return stop("tube/same_reviewer", "tube.same_reviewer", tube=late.tube, reviewer=reviewer)
    return None


def _two_samples(tubes: Tubes, new: TubeBound) -> Ruling | None:
    other = next((one for one in tubes if one.tube == new.tube and one.sample_code != new.sample_code), None)
    if other is None:
        return None
    facts = {"tube": new.tube, "bound": other.sample_code, "asked": new.sample_code}
    return stop("tube/two_samples", "tube.two_samples", **facts)


def _channel_taken(tubes: Tubes, new: TubeBound) -> Ruling | None:
    if new.channel is None:
        return None
    place = (new.run, new.channel)
    other = next((one for one in tubes if (one.run, one.channel) == place and one.tube != new.tube), None)
    if other is None:
        return None
    facts = {"channel": str(new.channel), "bound": other.tube, "asked": new.tube}
    return stop("tube/channel_taken", "tube.channel_taken", **facts)


def _again(tubes: Tubes, new: TubeBound) -> Ruling | None:
    """The same tube for the same sample, in the same run."""
    same = [one for one in tubes if (one.tube, one.sample_code, one.run) == (new.tube, new.sample_code, new.run)]
    if not same:
        return None
    if new.channel is None or any(one.channel in (None, new.channel) for one in same):
        return warn("tube/twice", "tube.twice", tube=new.tube, sample=new.sample_code)
    facts = {"tube": new.tube, "bound": str(same[-1].channel), "asked": str(new.channel)}
    return warn("tube/two_channels", "tube.two_channels", **facts)


def _unbound(channel: int | None) -> Ruling:
    if channel is None:
        return stop("tube/unbound", "tube.unbound_card")
    return stop("tube/unbound", "tube.unbound", channel=str(channel))


def _late(new: TubeBound, settings: CountySettings) -> Ruling | None:
    if not new.late:
        return None
    key = "tube.late_second" if settings.second_reviewer else "tube.late"
    return warn("tube/late", key, tube=new.tube, sample=new.sample_code)
