"""Where voice packs lie when nobody says another place: the box's own folder (FHS), else the user's (XDG)."""

import os
from pathlib import Path

INSTALLED = Path("/var/lib/liangzheng/voice")


def default_folder() -> Path:
    """All stations of one user share it, so that the placeholder is made once."""
    data = os.environ.get("XDG_DATA_HOME") or f"{os.environ.get('HOME', '/nonexistent')}/.local/share"
    return INSTALLED if INSTALLED.is_dir() else Path(data) / "liangzheng" / "voice"
