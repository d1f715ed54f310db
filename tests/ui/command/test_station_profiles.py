"""A station uses a description of one's own like ours, and only with the evidence beside it."""

import shutil
from pathlib import Path

import pytest

from drivers.analyzer.conversation import Port
from drivers.binding import Binder
from drivers.ports import open_port
from drivers.profile.folder import shelf_with, shipped
from drivers.profile.link import Link
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.pty import PtyDevice
from kiosk.config import ConfigError
from kiosk.words import load_words
from ui.command.station_analyzers import AnalyzerConfig, bound

FILE = Path("station.toml")
OWN = "dayuan-tl310"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Somebody here corrected our description: revision 9 comes before ours."""
    model = tmp_path / "profiles" / OWN
    model.mkdir(parents=True)
    for suffix in (".toml", ".golden"):
        text = shipped().place(OWN, suffix).read_text("utf-8")
        text = text.replace("revision = 1", "revision = 9").replace(f"{OWN}@1", f"{OWN}@9")
        (model / f"any{suffix}").write_text(text, "utf-8")
    return tmp_path / "profiles"


def one(port: str = "/dev/a", **more: object) -> AnalyzerConfig:
    return AnalyzerConfig.model_validate({"name": "residue", "profile": OWN, "port": port, **more})


def test_a_description_of_ones_own_is_used(folder: Path, tmp_path: Path) -> None:
    with PtyDevice(ResidueTwin(), tmp_path / "device") as device:
        (made,) = bound([one(str(device.link))], FILE, load_words("zh"), shelf_with((folder,)))
        analyzer = Binder([made], open_port).open(made)
        assert (analyzer.identify().profile, analyzer.identify().revision) == (OWN, 9)
        analyzer.close()


def test_without_its_evidence_it_is_refused_in_words(folder: Path) -> None:
    golden = folder / OWN / "any.golden"
    golden.write_text(golden.read_text("utf-8").replace("F8 AA", "F9 AA"), "utf-8")
    with pytest.raises(ConfigError) as caught:
        bound([one()], FILE, load_words("zh"), shelf_with((folder,)))
    assert {key for key, _ in caught.value.problems} == {"analyzer.0.profile"}
    assert any("hello" in told for _, told in caught.value.problems)


def test_ours_are_not_checked_again(folder: Path) -> None:
    shutil.rmtree(folder / OWN)
    (made,) = bound([one()], FILE, load_words("zh"), shelf_with((folder,)))
    assert made.profiles[0].revision == 1


def test_the_speed_that_is_set_on_the_instrument(folder: Path, tmp_path: Path) -> None:
    speeds: list[int | None] = []

    def opened(where: str, link: Link) -> Port:
        speeds.append(link.baud)
        return open_port(where, link)

    with PtyDevice(ResidueTwin(), tmp_path / "device") as device:
        (made,) = bound([one(str(device.link), baud=19200)], FILE, load_words("zh"), shelf_with((folder,)))
        Binder([made], opened).open(made).close()
    assert speeds == [19200]
