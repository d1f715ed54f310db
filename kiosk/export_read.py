"""Whether an export is what a station, or the county of its log, wrote: every byte, signature, hash and root of it.

A finding is told, not raised: who checks wants all of them.
"""

import base64
import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from kiosk import tree
from kiosk.checkpoint import Receipt, open_checkpoint, open_countersigned, open_receipt, open_signed
from kiosk.clock import VOUCHED
from kiosk.contract import MOST_BYTES, ContractError, Envelope, key_id
from kiosk.export_form import CHECKPOINT, ENTRIES, FORM, MANIFEST, TREE, TRUST, Manifest, Package, pieces
from kiosk.record_error import Foreign
from kiosk.recovery import own
from kiosk.rules.messages import DayClosed
from kiosk.tree import Growing, TreeError
from kiosk.trust import Broken, SealError, Trust, Use, parse_trust

OFFICE = "office"  # the use and the name of the key of the county's own log, and the station that this log names
CHUNK = 1 << 20
MOST_TEXT = 1 << 20  # bytes of a part that is read whole
MOST_FINDINGS = 100
BROKEN_ZIP = (
    zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, KeyError, OverflowError, struct.error, zlib.error,
)  # fmt: skip
HEAD = re.compile(
    rf"{FORM}\n(?P<log>[0-9a-f]{{32}})\n(?P<county>[^/\n]+)/(?P<station>[^/\n]+)\n"
    r"(?P<first>[1-9][0-9]{0,15}) (?P<last>[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"(?P<digests>(?:[0-9a-f]{64}  [a-z.]+\n)+)"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """`record.finding.<code>` is the sentence; `seq` the entry that it is about, 0 for the whole; `told` a detail."""

    code: str
    seq: int = 0
    told: str = ""


@dataclass(slots=True)
class Looked:
    """What was found so far. `confirmed` and `confirmed_at`: how far the county's word reaches, and of when it is.

    `by_county`: an export that the county made of the log of a station.
    """

    log: str = ""
    county: str = ""
    station: str = ""
    first: int = 0
    last: int = 0
    retired: int = 0
    confirmed: int = 0
    confirmed_at: str = ""
    by_county: bool = False
    findings: list[Finding] = field(default_factory=list)

    def found(self, code: str, seq: int = 0, told: object = "") -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, seq, str(told)))


class _Wrong(Exception):
    """The rest of an export cannot be looked at."""


def examine(file: Path, trust: Trust | None, progress: Callable[[int], None]) -> Looked:
    """Look at all of an export. `trust`: the county's list as the reader knows it; without, that in the file counts.

    `progress` is told the number of each entry. Raises OSError when the file cannot be read.
    """
    looked = Looked()
    with file.open("rb"):  # what cannot be read at all is no finding
        pass
    try:
        with zipfile.ZipFile(file) as parts:
            _Examination(looked, parts, trust, progress).run()
            if not looked.findings and _rewritten(parts) != _digest(file):
                looked.found("container")
    except _Wrong:
        pass
    except BROKEN_ZIP as wrong:
        looked.found("container", told=wrong)
    return looked


class _Examination:
    def __init__(
        self, looked: Looked, parts: zipfile.ZipFile, trust: Trust | None, progress: Callable[[int], None]
    ) -> None:
        self._looked = looked
        self._parts = parts
        self._progress = progress
        names = tuple(parts.namelist())
        expected = (ENTRIES, TREE, TRUST, CHECKPOINT, MANIFEST)
        if names not in (expected, (*expected[:3], MANIFEST)) or any(part.compress_type for part in parts.infolist()):
            self._stop("container", names)
        self._confirmed = CHECKPOINT in names
        self._trust = trust or self._listed()
        self._manifest = self._signed()
        self._roots: dict[int, bytes] = {}
        self._before: Envelope | None = None

    def run(self) -> None:
        manifest, looked = self._manifest, self._looked
        looked.log, looked.county, looked.station = manifest.log, manifest.county, manifest.station
        looked.first, looked.last = manifest.first, manifest.last
        through = self._trust.station_through(manifest.log)
        if through is not None and through < manifest.last:
            looked.found("revoked", through)
        self._digests()
        size = self._receipt()
        try:
            self._grow(size)
        except TreeError as wrong:
            self._stop("tree", wrong)
        if self._roots.get(manifest.last) != manifest.root:
            looked.found("root", manifest.last)
        if size and self._roots.get(size) != self._receipted:
            looked.found("receipt", size)

    # --- the parts ----------------------------------------------------------------------------------------------

    def _listed(self) -> Trust:
        try:
            return parse_trust(self._text(TRUST).encode(), TRUST)
        except SealError as wrong:
            self._stop("trust", wrong)

    def _signed(self) -> Manifest:
        """What the export says of itself, under the signature of the key that names the log."""
        note = self._text(MANIFEST)
        found = HEAD.fullmatch(f"{note.partition(chr(10) * 2)[0]}\n")
        if found is None:
            self._stop("manifest")
        log, county, station = found["log"], found["county"], found["station"]
        use = Use.OFFICE if station == OFFICE else Use.STATION
        keys = self._trust.grants_of(use, log)
        if county != self._trust.county or not any(grant.name == station for grant in keys):
            self._stop("ungranted", f"{county}/{station}")
        self._public = keys[0].public
        self._signer = f"liangzheng/{county}/{station}"
        self._county_made = note.partition("\n\n")[2].startswith(f"— liangzheng/{county}/{OFFICE} ")
        self._looked.by_county = self._county_made and use is Use.STATION
        try:
            self._open(note, county)
        except SealError as wrong:
            self._stop("maker" if self._county_made else "manifest", wrong)
        digests = tuple((line[66:], line[:64]) for line in found["digests"].splitlines())
        first, last = int(found["first"]), int(found["last"])
        if first > last:
            self._stop("manifest")
        return Manifest(log, county, station, first, last, base64.b64decode(found["root"]), digests)

    def _open(self, note: str, county: str) -> None:
        """The list is signed by the station, or by a key of the county's office that was not taken back."""
        if not self._county_made:
            open_signed(note, self._signer, self._public)
            return
        for grant in self._trust.grants:
            if (grant.use, grant.name) != (Use.OFFICE, OFFICE):
                continue
            with suppress(Broken):
                open_signed(note, f"liangzheng/{county}/{OFFICE}", grant.public)
                if self._trust.revocation(Use.OFFICE, key_id(grant.public)) is not None:
                    self._looked.found("maker_revoked", told=key_id(grant.public))
                return
        raise Broken("no key of the county's office has signed this note")

    def _digests(self) -> None:
        names = [name for name in self._parts.namelist() if name != MANIFEST]
        if [name for name, _ in self._manifest.digests] != names:
            self._looked.found("manifest", told=", ".join(names))
        for name, digest in self._manifest.digests:
            if name in names and _sum(self._chunks(name)) != digest:
                self._looked.found("digest", told=name)

    def _receipt(self) -> int:
        """Size of the checkpoint that the county has signed, and the station if it made this; 0 where there is none."""
        if not self._confirmed:
            return 0
        try:
            receipt = self._open_receipt(self._text(CHECKPOINT))
        except SealError as wrong:
            self._looked.found("receipt", told=wrong)
            return 0
        if receipt.checkpoint.log != self._manifest.log:
            self._looked.found("receipt", told=receipt.checkpoint.log)
            return 0
        self._receipted = receipt.checkpoint.root
        self._looked.confirmed = receipt.checkpoint.size
        self._looked.confirmed_at = receipt.time.isoformat()
        return receipt.checkpoint.size

    def _open_receipt(self, note: str) -> Receipt:
        if self._county_made:
            return open_receipt(note, self._trust)
        return open_countersigned(note, self._signer, self._public, self._trust)

    # --- the log ------------------------------------------------------------------------------------------------

    def _grow(self, confirmed: int) -> None:
        """Read the tree from its first leaf to the last that anybody has signed, entries and given nodes."""
        manifest, growing, nodes = self._manifest, Growing(), self._nodes()
        spans = pieces(manifest.first, manifest.last, confirmed)
        ahead = [span for span in spans if span[1] < manifest.first]
        for span in ahead:
            self._given(growing, nodes, span)
        self._entries(growing, confirmed)
        for span in spans[len(ahead) :]:
            self._given(growing, nodes, span)
        if next(nodes, None) is not None:
            raise TreeError("more nodes than the entries need")

    def _given(self, growing: Growing, nodes: Iterator[tuple[int, int, bytes]], span: tuple[int, int]) -> None:
        for level, index in tree.cover(*span):
            node = next(nodes, None)
            if node is None or node[:2] != (level, index):
                raise TreeError(f"node {level}/{index} is missing")
            growing.add(node[2], level, index)
        self._roots[growing.size] = growing.root()

    def _nodes(self) -> Iterator[tuple[int, int, bytes]]:
        for line in self._rows(TREE):
            found = re.fullmatch(rb"([0-9]{1,2}) ([0-9]{1,16}) ([0-9a-f]{64})\n", line)
            if found is None:
                raise TreeError("a node is not written as we write it")
            yield int(found[1]), int(found[2]), bytes.fromhex(found[3].decode())

    def _entries(self, growing: Growing, confirmed: int) -> None:
        manifest, seq = self._manifest, self._manifest.first - 1
        for line in self._rows(ENTRIES):
            seq += 1
            envelope = self._entry(line, seq)
            if seq > manifest.last:
                self._looked.found("surplus", seq)
            if envelope is None or seq > manifest.last:
                raise _Wrong
            self._meaning(envelope, growing)
            growing.add(tree.leaf_hash(envelope.header.bytes()))
            if seq in (manifest.last, confirmed):
                self._roots[seq] = growing.root()
            self._progress(seq)
        if seq != manifest.last:
            self._stop("missing", seq=seq + 1)

    def _entry(self, line: bytes, seq: int) -> Envelope | None:
        try:
            return own(line.removesuffix(b"\n"), seq, self._public)
        except Foreign as wrong:
            self._looked.found("foreign", seq, wrong)
            return None

    def _meaning(self, envelope: Envelope, before_it: Growing) -> None:
        seq, before = envelope.header.seq, self._before
        if before is not None and not _in_time(before, envelope):
            self._looked.found("clock", seq, envelope.header.time)
        self._before = envelope
        self._looked.retired += envelope.body is None
        if envelope.header.kind == DayClosed.kind and envelope.body is not None:
            self._closed(envelope, before_it.root())

    def _closed(self, envelope: Envelope, root: bytes) -> None:
        seq = envelope.header.seq
        try:
            body = envelope.entry
            said = open_checkpoint(body.checkpoint, self._signer, self._public) if isinstance(body, DayClosed) else None
        except (ContractError, SealError) as wrong:
            self._looked.found("day", seq, wrong)
            return
        if said is None or (said.log, said.size, said.root) != (self._manifest.log, seq - 1, root):
            self._looked.found("day", seq)

    # --- bytes --------------------------------------------------------------------------------------------------

    def _stop(self, code: str, told: object = "", seq: int = 0) -> NoReturn:
        self._looked.found(code, seq, told)
        raise _Wrong

    def _text(self, name: str) -> str:
        with self._parts.open(name) as part:
            data = part.read(MOST_TEXT + 1)
        if len(data) > MOST_TEXT:
            self._stop("container", name)
        return data.decode()

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._parts.open(name) as part:
            while chunk := part.read(CHUNK):
                yield chunk

    def _rows(self, name: str) -> Iterator[bytes]:
        """Lines, each with its line feed; a longer one than any of ours ends it."""
        with self._parts.open(name) as part:
            while line := part.readline(MOST_BYTES + 2):
                if not line.endswith(b"\n"):
                    self._stop("container", name)
                yield line


def _in_time(before: Envelope, after: Envelope) -> bool:
    """Time never goes back (kiosk.clock), but where something vouches for it again."""
    try:
        forward = datetime.fromisoformat(before.header.time) <= datetime.fromisoformat(after.header.time)
    except (ValueError, TypeError):
        return False
    return forward or (after.header.clock in VOUCHED and before.header.clock not in VOUCHED)


def _rewritten(parts: zipfile.ZipFile) -> str:
    """Digest of the file that we would have written from these parts."""
    digest = hashlib.sha256()
    package = Package(digest.update)
    for name in parts.namelist():
        with parts.open(name) as part:
            package.add(name, iter(lambda: part.read(CHUNK), b""))
    package.close()
    return digest.hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as whole:
        return _sum(iter(lambda: whole.read(CHUNK), b""))


def _sum(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
