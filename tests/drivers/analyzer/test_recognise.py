"""One description fits what stands there, at one speed; none and two are refusals that name what was found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.analyzer.conversation import Port
from drivers.analyzer.recognise import recognise
from drivers.errors import LinkError, Refused
from drivers.ports import open_port
from drivers.profile.folder import digest, find
from drivers.profile.form import Profile
from drivers.profile.link import Link
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.analyzer_modbus import ChlorineTwin
from drivers.simulated.pty import PtyDevice
from tests.support.held import held


def quick(profile: Profile, **link: object) -> Profile:
    waits = {"gap_ms": 10, "reply_ms": 250, "byte_ms": 60, "settle_ms": 0, "retries": 0}
    return profile.model_copy(update={"link": profile.link.model_copy(update={**waits, **link})})


def of_firmware(profile: Profile, firmware: str) -> Profile:
    return profile.model_copy(update={"device": profile.device.model_copy(update={"firmware": firmware})})


CHLORINE = quick(find("globalwater-cl500"))
RESIDUE = quick(find("dayuan-tl310"))


class Silent:
    def answer(self, data: bytes) -> bytes:
        return b""

    def tick(self) -> bytes:
        return b""


@pytest.fixture
def chlorine(tmp_path: Path) -> Iterator[str]:
    """A CL500 of firmware 1.4.2."""
    with PtyDevice(ChlorineTwin(), tmp_path / "chlorine") as device:
        yield str(device.link)


def opened(where: str) -> Port:
    return open_port(where, CHLORINE.link)


def test_the_one_range_that_holds_the_firmware_is_taken(chlorine: str) -> None:
    newer, older = of_firmware(CHLORINE, ">=2.0.0,<3.0.0"), of_firmware(CHLORINE, ">=1.0.0,<2.0.0")
    analyzer, identity = recognise([newer, older], lambda _: opened(chlorine))
    assert (analyzer.profile, identity.firmware) == (older, "1.4.2")
    assert analyzer.read()
    analyzer.close()


def test_no_range_holds_the_firmware(chlorine: str) -> None:
    with pytest.raises(Refused) as caught:
        recognise([of_firmware(CHLORINE, ">=2.0.0,<3.0.0")], lambda _: opened(chlorine))
    assert (caught.value.code, caught.value.facts["value"]) == ("analyzer.unknown", "1.4.2")


def test_two_descriptions_that_fit_are_refused_by_name(chlorine: str) -> None:
    one, other = of_firmware(CHLORINE, ">=1.0.0,<2.0.0"), of_firmware(CHLORINE, ">=1.4.0,<1.5.0")
    with pytest.raises(Refused) as caught:
        recognise([one, other], lambda _: opened(chlorine))
    assert caught.value.code == "analyzer.ambiguous"
    assert ">=1.4.0,<1.5.0" in str(caught.value.facts["found"])


def test_a_refusal_says_more_than_silence(chlorine: str) -> None:
    """The residue tester's question is noise to the CL500, which stays silent; its own refusal names what is there."""
    with pytest.raises(Refused):
        recognise([RESIDUE, of_firmware(CHLORINE, ">=9.0.0,<10.0.0")], lambda _: opened(chlorine))


def test_the_instrument_is_found_at_its_other_speed(tmp_path: Path) -> None:
    described = quick(find("dayuan-tl310"), baud=9600, fallback=(115200,))
    asked: list[int | None] = []
    with PtyDevice(Silent(), tmp_path / "slow") as slow, PtyDevice(ResidueTwin(), tmp_path / "fast") as fast:

        def at_speed(link: Link) -> Port:
            asked.append(link.baud)
            return open_port(str((fast if link.baud == 115200 else slow).link), link)

        analyzer, identity = recognise([described], at_speed)
        analyzer.close()
    assert asked == [9600, 115200, 115200]
    assert identity.digest == digest(described)


def test_nothing_answers_at_any_speed(tmp_path: Path) -> None:
    described = quick(find("dayuan-tl310"), fallback=(9600,))
    before = held()
    with PtyDevice(Silent(), tmp_path / "dead") as dead, pytest.raises(LinkError, match=r"analyzer\.silent"):
        recognise([described], lambda link: open_port(str(dead.link), link))
    assert held() == before
