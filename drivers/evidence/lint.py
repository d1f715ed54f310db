"""All that speaks against a profile, each complaint with file, key, value; what only has to be known is a note."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from drivers.errors import ProfileError
from drivers.evidence.goldens import golden_of, play, succeeds
from drivers.evidence.neighbours import Neighbour, harmful, neighbourhood, overlapping, taken_for
from drivers.evidence.proof import integrity, unchecked, unproven
from drivers.evidence.replay import ReplayPort
from drivers.evidence.shown import unshown
from drivers.profile.adding import mislaid
from drivers.profile.folder import Shelf, flat, named, shipped
from drivers.profile.form import Profile
from drivers.transcript import Case

BLANK = re.compile(r"_{3,}")  # what `profile new` leaves open
NOTE = "profile.note."
SNAPSHOT = ".resolved.json"
UNKNOWN = ("?",)  # what a person writes who has not read the bytes yet
OVER = "-"  # what a transcript has after its last step


@dataclass(frozen=True, slots=True)
class Checked:
    """`name` is `id/firmware` where the profile was found, else what was asked for."""

    name: str
    cases: int = 0
    problems: tuple[ProfileError, ...] = ()
    notes: tuple[ProfileError, ...] = ()


def check(profile_id: str, shelf: Shelf | None = None) -> list[ProfileError]:
    """The complaints alone."""
    return list(checked(profile_id, shelf).problems)


def checked(profile_id: str, shelf: Shelf | None = None, others: Sequence[Neighbour] | None = None) -> Checked:
    """Form, references, lengths, transcripts, evidence, and its place among all others."""
    shelf = shelf or shipped()
    try:
        file = shelf.place(profile_id)
    except ProfileError as unknown:
        return Checked(profile_id, problems=(unknown,))
    name = named(file).removesuffix(".toml")
    if blanks := [*_blanks(file), *_blanks(_beside(file, ".golden"))]:
        return Checked(name, problems=tuple(blanks))
    if faults := shelf.faults(file):
        return Checked(name, problems=tuple(faults))
    try:
        mine = Neighbour(name, shelf.load(file), golden_of(name, shelf))
    except ProfileError as broken:
        return Checked(name, problems=(broken,))
    found = [*_alone(mine, file, shelf), *_among(mine, file, neighbourhood(shelf) if others is None else others)]
    notes = tuple(one for one in found if one.code.startswith(NOTE))
    return Checked(name, len(mine.golden.cases), tuple(one for one in found if one not in notes), notes)


def snapshot(profile_id: str, shelf: Shelf) -> str:
    """The merged profile as JSON: it stands beside a child, so that a change of the parent is seen there."""
    return json.dumps(flat(shelf.find(profile_id)), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _alone(mine: Neighbour, file: Traversable, shelf: Shelf) -> Iterator[ProfileError]:
    toml, golden = named(file), named(_beside(file, ".golden"))
    yield from (ProfileError(code, file=toml, path=path, **facts) for code, path, facts in mislaid(mine.profile))
    yield from (ProfileError(code, file=toml, path=path, **facts) for code, path, facts in integrity(mine.profile))
    comparison = _beside(file, ".comparison.csv")
    for code, path, facts in unproven(mine.profile, mine.golden, comparison):
        yield ProfileError(code, file=toml, path=path, **facts)
    yield from _drift(mine, file, shelf)
    yield from _kinds(mine, golden)
    if replays := list(_played(mine, golden)):
        yield from replays
        return  # the rest asks what the goldens show
    for code, path, facts in unchecked(mine.profile, mine.golden):
        yield ProfileError(code, file=golden, path=path, **facts)
    for code, path, value in unshown(mine.profile, shelf.resolved(file), mine.golden):
        yield ProfileError(code, file=toml, path=path, value=value)


def _among(mine: Neighbour, file: Traversable, others: Sequence[Neighbour]) -> Iterator[ProfileError]:
    for law in (overlapping, harmful, taken_for):
        for code, path, facts in law(mine, others):
            yield ProfileError(code, file=named(file), path=path, profile=mine.name, **facts)


def _drift(mine: Neighbour, file: Traversable, shelf: Shelf) -> Iterator[ProfileError]:
    """A child's snapshot is what the child means today."""
    beside = _beside(file, SNAPSHOT)
    try:
        kept = beside.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        kept = ""
    if mine.profile.extends and kept != snapshot(mine.name, shelf):
        yield ProfileError(
            "profile.snapshot", file=named(beside), path="extends", value=mine.profile.extends, name=mine.name
        )


def _kinds(mine: Neighbour, file: str) -> Iterator[ProfileError]:
    """At least one success, one refusal and one fault, all of this very revision. What ends in `?` is not known yet."""
    claimed = f"{mine.profile.id}@{mine.profile.revision}"
    if mine.golden.profile != claimed:
        facts = {"profile": claimed, "found": mine.golden.profile}
        yield ProfileError("profile.golden.other", file=file, path="profile", value=mine.golden.profile, **facts)
    if any(case.told == UNKNOWN for case in mine.golden.cases):
        return
    ends = [case.told[0].split(" ")[0] if case.told else "" for case in mine.golden.cases]
    for kind, present in (
        ("success", any(map(succeeds, mine.golden.cases))),
        ("refusal", "refused" in ends),
        ("fault", "error" in ends),
    ):
        if not present:
            yield ProfileError("profile.golden.kind", file=file, path="case", value=kind, profile=claimed, kind=kind)


def _played(mine: Neighbour, file: str) -> Iterator[ProfileError]:
    for case in mine.golden.cases:
        facts: dict[str, object] = {"file": file, "path": f"case {case.name}", "profile": mine.name, "case": case.name}
        name, known = case.run.partition(" ")[0], ("identify", *mine.profile.exchange, *mine.profile.sequence)
        if name not in known:
            yield ProfileError("profile.golden.run", value=name, name=name, known=", ".join(known), **facts)
            continue
        try:
            outcome = play(mine.profile, case, ReplayPort(case))
        except ProfileError as differs:
            yield _differing(differs, mine.profile, case, facts)
            continue
        if case.told == UNKNOWN:
            told = "\n".join(f"= {line}" for line in outcome)
            yield ProfileError("profile.golden.read", value=" | ".join(outcome), found=told, **facts)
        elif outcome != case.told:
            wanted, found = " | ".join(case.told), " | ".join(outcome)
            yield ProfileError("profile.golden.result", value=found, wanted=wanted, found=found, **facts)


def _differing(differs: ProfileError, profile: Profile, case: Case, facts: dict[str, object]) -> ProfileError:
    """Asked again when the transcript was over: the answer before was not taken, and this says why."""
    differs.facts.update(facts)
    if differs.code != "profile.golden.sent" or differs.facts["wanted"] != OVER:
        return differs
    once = profile.model_copy(update={"link": profile.link.model_copy(update={"retries": 0})})
    try:
        why = " | ".join(play(once, case, ReplayPort(case)))
    except ProfileError:
        return differs
    return ProfileError("profile.golden.over", value=why, why=why, sent=differs.facts["sent"], **facts)


def _blanks(file: Traversable) -> Iterator[ProfileError]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return  # told by who needs the file
    for number, line in enumerate(lines, 1):
        said = line.split("#")[0]
        if BLANK.search(said):
            yield ProfileError("profile.blank", file=named(file), path=str(number), value=line.strip()[:80])


def _beside(file: Traversable, suffix: str) -> Path:
    """Another file of the same stem."""
    path = Path(str(file))
    return path.with_name(path.name.removesuffix(".toml") + suffix)
