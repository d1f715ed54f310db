"""A box joins a county by the two commands, and what travels holds no private key."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.clock import system_time
from kiosk.trust import Use, read_trust
from tests.support.broker import COUNTY, county_config
from tests.support.site import Site
from ui.command.main import main
from ui.county.office import init_county


def test_request_enrol_accept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = county_config(tmp_path / "county")
    init_county(config, system_time().date())
    box = tmp_path / "box"
    assert main(["join", "request", str(box), "--county", config.county, "--station", "gasa-01"]) == 0
    request = capsys.readouterr().out
    assert "PRIVATE" not in request
    assert json.loads(request)["station"] == "gasa-01"
    (tmp_path / "request.json").write_text(request)
    bundle = tmp_path / "bundle.json"
    assert main(["county", "enrol", str(config.folder), str(tmp_path / "request.json"), "--out", str(bundle)]) == 0
    capsys.readouterr()
    assert main(["join", "accept", str(box), str(bundle)]) == 0
    assert "gasa-01" in capsys.readouterr().out
    assert any(grant.use == Use.STATION for grant in read_trust(box / "trust.json").grants)


def test_an_answer_that_is_not_one_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["join", "request", str(tmp_path / "box"), "--county", "530427", "--station", "gasa-01"]) == 0
    (tmp_path / "bundle.json").write_text("{}")
    capsys.readouterr()
    assert main(["join", "accept", str(tmp_path / "box"), str(tmp_path / "bundle.json")]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_a_county_code_has_six_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["join", "request", str(tmp_path / "box"), "--county", "5304", "--station", "gasa-01"]) == 1
    assert "530427" in capsys.readouterr().err
    assert not (tmp_path / "box").exists()


def test_a_box_takes_its_own_place_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a card was restored from a copy: the log goes aside, and the county agrees."""
    monkeypatch.setenv("LIANGZHENG_LANG", "en")
    site = Site(tmp_path)
    site.join()
    with closing(site.open()) as record:
        site.record_some(record, 2)
        site.receipt(record, 2)
    old, box = record.log, site.places.keys
    typed = ["--county", COUNTY, "--station", site.station]
    assert main(["join", "request", str(box), *typed, "--succeed"]) == 0
    request, bundle = tmp_path / "request.json", tmp_path / "bundle.json"
    request.write_text(capsys.readouterr().out)
    assert json.loads(request.read_text())["predecessor"] == old
    enrol = ["county", "enrol", str(site.county), str(request), "--out", str(bundle)]
    assert main(enrol) == 1
    assert "--replaces" in capsys.readouterr().err
    assert main([*enrol, "--replaces"]) == 0
    assert "order all/1" in capsys.readouterr().out.lower()
    assert main(["join", "accept", str(box), str(bundle)]) == 0
    with closing(site.open()) as record:
        site.hear(record)
        assert record.trust.now().station_through(old) == 2


def test_a_box_at_work_does_not_take_its_own_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANGZHENG_LANG", "en")
    site = Site(tmp_path)
    site.join()
    with closing(site.open()):
        typed = ["--county", COUNTY, "--station", site.station, "--succeed"]
        assert main(["join", "request", str(site.places.keys), *typed]) == 1
    assert "Stop station and uplink" in capsys.readouterr().err
