"""One export from its first byte to its last: parts, keys, entries, tree, and what the entries say. Reads once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from ui.audit import entry as entries
from ui.audit import notes
from ui.audit.archive import MOST_LINE, Archive
from ui.audit.entry import Entry
from ui.audit.errors import Wrong
from ui.audit.finding import Findings
from ui.audit.judges import Judges
from ui.audit.manifest import MANIFEST, Manifest, maker_of, manifest_of, owner_of
from ui.audit.papers import CERTIFICATE, Paper
from ui.audit.signatures import Signatures
from ui.audit.tree import Tree, fewest, leaf
from ui.audit.trust import OFFICE, Trust, trust_of
from ui.audit.view import View

ENTRIES, TREE, TRUST, CHECKPOINT = "entries.jsonl", "tree.txt", "trust.json", "checkpoint.txt"
NODE = re.compile(rb"([0-9]{1,2}) ([0-9]{1,16}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the list that `--all` gives."""

    seq: int
    kind: str
    time: str
    clock: str
    held: bool  # its body is there


@dataclass(slots=True)
class Examined:
    """What one export showed. `roots`: the root at every size that was asked for and could be known."""

    tell: Findings = field(default_factory=Findings)
    manifest: Manifest | None = None
    root_key: str = ""
    confirmed: int = 0
    confirmed_at: datetime | None = None
    judges: Judges | None = None
    roots: dict[int, bytes] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    ended: bool = False  # every entry was read and had its number

    @property
    def numbers(self) -> Iterable[tuple[str, Paper]]:
        known = {} if self.judges is None else self.judges.papers.known
        return ((number, paper) for number, paper in known.items() if paper.kind == CERTIFICATE)


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader has from elsewhere: the county's root key (base64, empty to believe the file's own), its list of
    keys as it is now, a receipt that it kept.
    """

    root: str = ""
    listed: Trust | None = None
    receipt: notes.Note | None = None


def examine(file: BinaryIO, known: Known, wanted: frozenset[int], *, rows: bool) -> Examined:
    """`wanted` are sizes of this log at which somebody else knows the root."""
    examined = Examined()
    try:
        Examination(examined, Archive(file), known, rows=rows).run(wanted, known.receipt)
    except Wrong as wrong:
        examined.tell.caught(wrong)
    return examined


class Examination:
    def __init__(self, examined: Examined, archive: Archive, known: Known, *, rows: bool) -> None:
        self._examined = examined
        self._tell = examined.tell
        self._archive = archive
        self._rows = rows
        self._trust = self._trusted(known)
        self._manifest = examined.manifest = manifest_of(archive)
        self._owner = owner_of(self._manifest, self._trust)
        self._maker = maker_of(self._manifest, self._owner, self._trust)
        self._by_county = bool(self._maker) and self._owner.use != OFFICE
        self._ended = self._trust.office_ended(self._owner.log) if self._owner.use == OFFICE else ""

    def run(self, wanted: frozenset[int], receipt: notes.Note | None) -> None:
        manifest = self._manifest
        self._made()
        self._revoked()
        confirmed = self._confirmed()
        size = 0 if confirmed is None else confirmed.size
        end = max(size, manifest.last)
        view = View(self._owner, self._trust, manifest.first, manifest.last, end, self._by_county, self._tell)
        self._walk(view, wanted | {size, manifest.last}, size)
        self._sums()
        roots = self._examined.roots
        if self._examined.ended and roots.get(manifest.last) != manifest.root:
            self._tell.found("root", manifest.last)
        if confirmed is not None and self._examined.ended and roots.get(size) != confirmed.root:
            self._tell.found("confirmed", size)
        if receipt is not None:
            self._elsewhere(receipt)

    # --- keys and parts -----------------------------------------------------------------------------------------

    def _trusted(self, known: Known) -> Trust:
        trust = trust_of(self._archive.text(TRUST))
        root = known.root or (known.listed.root if known.listed else "")
        if root and trust.root != root:
            raise Wrong("root_key", told=trust.root)
        if not root:
            self._tell.remarked("root_believed", told=trust.root)
        self._examined.root_key = trust.root
        return trust if known.listed is None else trust.informed(known.listed)

    def _made(self) -> None:
        """By whom, where it was not the station."""
        if not self._maker:
            return
        if since := self._trust.office_ended(self._maker):
            self._tell.found("maker_revoked", key=self._maker, since=since)
        if self._by_county:
            self._tell.remarked("by_county", key=self._maker)

    def _revoked(self) -> None:
        through = self._trust.through(self._owner.log)
        if through is None:
            return
        if through < self._manifest.last:
            self._tell.found("revoked", through + 1, through=through)
        else:
            self._tell.remarked("revoked_later", through=through)

    def _confirmed(self) -> notes.Checkpoint | None:
        """The newest checkpoint that station and county have signed; in an export of the county the county alone."""
        last = self._manifest.last
        if CHECKPOINT not in self._archive.parts:
            self._tell.remarked("unconfirmed", confirmed=0, last=last)
            return None
        note = notes.parted(self._archive.text(CHECKPOINT), "checkpoint")
        told = notes.checkpoint(note, "checkpoint")
        owner, own = self._owner, 0 if self._maker else 1  # lines above that of the county
        if len(note.lines) != own + 1 or told.log != owner.log:
            raise Wrong("checkpoint")
        if own and not notes.signed(note, 0, owner.signer, owner.public):
            raise Wrong("checkpoint")
        at = self._trust.witnessed(note, own)
        if at is None:
            raise Wrong("checkpoint")
        self._examined.confirmed, self._examined.confirmed_at = told.size, at
        if told.size < last:
            self._tell.remarked("unconfirmed", confirmed=told.size, last=last)
        elif told.size > last:
            self._tell.remarked("goes_on", last, end=told.size)
        return told

    def _sums(self) -> None:
        names = [name for name in self._archive.parts if name != MANIFEST]
        told = dict(self._manifest.sums)
        if [name for name, _ in self._manifest.sums] != names:
            self._tell.found("digest", told=", ".join(names))
        for name in names:
            if name in self._archive.digests and self._archive.digests[name] != told.get(name):
                self._tell.found("digest", told=name)

    def _elsewhere(self, note: notes.Note) -> None:
        """A receipt that the county itself kept; its line is the last."""
        told = notes.checkpoint(note, "checkpoint")
        if told.log != self._owner.log or not self._examined.ended:
            return
        known = self._examined.roots.get(told.size, told.root)
        if self._trust.witnessed(note, len(note.lines) - 1) is None:
            self._tell.found("checkpoint")
        elif told.size > max(self._manifest.last, self._examined.confirmed):
            self._tell.found("cut_tail", self._manifest.last, size=told.size)
        elif known != told.root:
            self._tell.found("confirmed", told.size)

    # --- the log ------------------------------------------------------------------------------------------------

    def _walk(self, view: View, wanted: frozenset[int], confirmed: int) -> None:
        own, codes = Signatures(self._owner.public), Signatures(self._owner.public)
        at = self._examined.confirmed_at
        judges = self._examined.judges = Judges(view, codes.check, None if at is None else (confirmed, at))
        if not view.whole:
            self._tell.remarked("partial", view.first, first=view.first, last=view.last)
        try:
            self._grow(view, judges, own, wanted, confirmed)
            judges.end()
            self._examined.ended = True
        except Wrong as wrong:
            self._tell.caught(wrong)
        finally:
            for seq in own.wrong():
                self._tell.found("signature", seq)
            for seq in codes.wrong():
                self._tell.found("code", seq)

    def _grow(self, view: View, judges: Judges, own: Signatures, wanted: frozenset[int], confirmed: int) -> None:
        """The tree from its first leaf to the last that anybody has signed: given nodes, entries, given nodes."""
        tree, nodes = Tree(), self._nodes()
        before = min(confirmed, view.first - 1)
        for start, end in ((0, before), (before, view.first - 1)):
            self._given(tree, nodes, start, end, wanted)
        expected = view.first
        for line in self._archive.lines(ENTRIES):
            entry = self._entry(line, expected, view.last)
            own.check(entry.seq, entry.signature, entry.header)
            judges.take(entry, tree)
            tree.add(leaf(entry.header))
            self._seen(tree, wanted)
            expected += 1
        if expected != view.last + 1:
            raise Wrong("entry_number", expected, told="")
        self._given(tree, nodes, view.last, max(confirmed, view.last), wanted)
        if next(nodes, None) is not None:
            raise Wrong("tree", told="")

    def _entry(self, line: bytes, expected: int, last: int) -> Entry:
        if len(line) > MOST_LINE or expected > last:
            raise Wrong("entry_form", expected)
        entry = entries.read(line, expected)
        if entry.seq != expected or entry.log != self._owner.log:
            raise Wrong("entry_number", expected, told=f"{entry.log}/{entry.seq}")
        if entry.key != self._owner.log:
            raise Wrong("entry_key", expected, told=entry.key)
        if self._ended and entry.time[:10] >= self._ended:
            self._tell.found("revoked", expected, through=expected - 1)
            self._ended = ""  # told once
        if self._rows:
            row = Row(entry.seq, entry.kind, entry.time, entry.clock, entry.body is not None)
            self._examined.rows.append(row)
        return entry

    def _given(
        self, tree: Tree, nodes: Iterator[tuple[int, int, bytes]], start: int, end: int, wanted: frozenset[int]
    ) -> None:
        for place in fewest(start, end):
            node = next(nodes, None)
            if node is None or node[:2] != place:
                raise Wrong("tree", told=f"{place[0]}/{place[1]}")
            tree.add(node[2], *place)
            self._seen(tree, wanted)

    def _seen(self, tree: Tree, wanted: frozenset[int]) -> None:
        if tree.size in wanted:
            self._examined.roots[tree.size] = tree.root()

    def _nodes(self) -> Iterator[tuple[int, int, bytes]]:
        for line in self._archive.lines(TREE):
            found = NODE.fullmatch(line)
            if found is None or b"%d %d" % (int(found[1]), int(found[2])) != line[:-65]:
                raise Wrong("tree", told="")
            yield int(found[1]), int(found[2]), bytes.fromhex(found[3].decode())


def by_seq(tell: Findings) -> dict[int, list[str]]:
    """Codes of findings by entry."""
    found: dict[int, list[str]] = defaultdict(list)
    for one in tell.findings:
        found[one.seq].append(one.code)
    return found
