"""The keys without which no page can be served; a county that was made by older software gets them by `keys renew`."""

import secrets
from pathlib import Path

from kiosk.enrolment import install
from kiosk.trust import Use
from ui.county.accounts.codes import KEY_BYTES, PAGES
from ui.county.office import OfficeError, give_back


def office_key(folder: Path) -> Path:
    """The file of the key that signs the county's own log. Raises OfficeError when there is none."""
    return _there(folder, f"{Use.OFFICE}.key")


def pages_key(folder: Path) -> Path:
    """The file of the key to what the pages keep sealed. Raises OfficeError when there is none."""
    return _there(folder, PAGES)


def make_pages_key(folder: Path) -> None:
    """Where there is one it stays: what it sealed is opened by no other. Raises OSError."""
    file = folder / "keys" / PAGES
    if not file.exists():
        install(file, secrets.token_bytes(KEY_BYTES), 0o600)
        give_back(folder, file)


def _there(folder: Path, name: str) -> Path:
    file = folder / "keys" / name
    if not file.exists():
        raise OfficeError("office.no_office_key", folder=folder)
    return file
