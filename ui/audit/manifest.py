"""`export.txt`: which entries of whose log, signed by the station itself or by the county's office (FORMATS.md §11)."""

import re
from dataclasses import dataclass

from ui.audit import notes
from ui.audit.archive import Archive
from ui.audit.errors import Wrong
from ui.audit.forms import unbase64
from ui.audit.trust import Trust
from ui.audit.view import Owner

MANIFEST = "export.txt"
FORM = re.compile(
    r"liangzheng/export/1\n([0-9a-f]{32})\n([^/\n]+)/([^/\n]+)\n([1-9][0-9]{0,15}) ([1-9][0-9]{0,15})\n"
    r"([A-Za-z0-9+/]{43}=)\n((?:[0-9a-f]{64}  [a-z.]+\n)+)"
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`sums`: (name, SHA-256 in hex) of every other part, in order."""

    log: str
    county: str
    station: str
    first: int
    last: int
    root: bytes
    sums: tuple[tuple[str, str], ...]
    note: notes.Note


def manifest_of(archive: Archive) -> Manifest:
    """Nothing of it is believed before `owner_of`. Raises Wrong."""
    note = notes.parted(archive.text(MANIFEST), "manifest")
    found = FORM.fullmatch(note.text)
    if found is None:
        raise Wrong("manifest")
    log, county, station, first, last, root, sums = found.groups()
    try:
        told = tuple((line[66:], line[:64]) for line in sums.splitlines())
        made = Manifest(log, county, station, int(first), int(last), unbase64(root), told, note)
    except ValueError as wrong:
        raise Wrong("manifest") from wrong
    if made.first > made.last:
        raise Wrong("manifest")
    return made


def owner_of(told: Manifest, trust: Trust) -> Owner:
    """Whose log it is, when the key that names it was granted to this station, or is the office's. Raises Wrong."""
    if told.county != trust.county:
        raise Wrong("ungranted", station=f"{told.county}/{told.station}", key=told.log)
    grant = trust.log_key(told.log, told.station)
    return Owner(told.log, told.county, told.station, grant.public, grant.use)


def maker_of(told: Manifest, owner: Owner, trust: Trust) -> str:
    """Id of the office's key that signed this list in the county's name; empty when the station did. Raises Wrong."""
    if len(told.note.lines) != 1:
        raise Wrong("manifest")
    if told.note.lines[0].name != trust.office:
        if not notes.signed(told.note, 0, owner.signer, owner.public):
            raise Wrong("manifest")
        return ""
    if maker := trust.office_of(told.note):
        return maker
    raise Wrong("maker")
