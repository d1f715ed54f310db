"""The kernel's settings of the box are settings that a kernel has, in the form that systemd reads."""

import re
from pathlib import Path

from tests.support.units import SYSTEMD


def test_a_stranger_with_a_keyboard_cannot_speak_to_the_kernel() -> None:
    lines = (SYSTEMD / "liangzheng.sysctl").read_text("utf-8").splitlines()
    settings = dict(re.split(r"\s*=\s*", line) for line in lines if line and not line.startswith("#"))
    assert settings == {"kernel.sysrq": "0"}
    assert all(Path("/proc/sys", *name.split(".")).is_file() for name in settings)
