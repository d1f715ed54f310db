"""The kernel's settings of the box, in the form that systemd reads (sysctl.d(5))."""

import re

from tests.support.units import SYSTEMD


def test_a_stranger_with_a_keyboard_cannot_speak_to_the_kernel() -> None:
    lines = (SYSTEMD / "liangzheng.sysctl").read_text("utf-8").splitlines()
    assert dict(re.split(r"\s*=\s*", line) for line in lines if line and line[0] not in "#;") == {"kernel.sysrq": "0"}
