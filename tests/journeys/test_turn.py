"""The journey: a farmer's card, a tested sample, the paper, the county's live page, the trace page behind the code."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from kiosk.rules import messages
from kiosk.rules.messages import Certificate, Print, PrintOutcome
from kiosk.rules.scan import numbers
from tests.support.fingers import log_of, seq_of
from tests.support.shots import put_aside
from tests.support.stage import bench, card, entries
from tests.support.touch import Touch
from tests.support.turn_steps import brings, keys_tail, promises, used_nothing
from tests.support.users import own_users
from ui.county.web.doors import COOKIE
from ui.demo.bench import PROGRAMS, Bench, Plan


def office_of(stage: Bench, window: BrowserContext) -> Page:
    """The county's live page."""
    office = window.new_page()
    window.add_cookies([{"name": COOKIE, "value": stage.signed_in(), "url": stage.county_url}])
    office.goto(stage.county_url)
    return office


def seen(touch: Touch, place: str, name: str) -> None:
    """A picture of it when it stands there."""
    touch.stands_at(place)
    put_aside(touch.page, name)


def take_turn_to_result(touch: Touch) -> None:
    seen(touch, "idle", "1-idle")
    touch.hold_up(card(touch.stage), until="proving")
    seen(touch, "proving", "2-proving")
    keys_tail(touch)
    seen(touch, "product", "3-product")
    brings(touch, "320", "jin")
    seen(touch, "drugs", "4-drugs")
    used_nothing(touch)
    seen(touch, "test_choice", "5-test-choice")
    touch.press("test")


@pytest.fixture
def dashboard_of_others(stage: Bench) -> Iterator[subprocess.Popen[bytes]]:
    """Any MQTT client receives the feed and needs nothing of ours: mosquitto_sub with the county's feed certificate."""
    tls = stage.county / "tls"
    command = ["mosquitto_sub", "-V", "5", "-h", "127.0.0.1", "-p", str(stage.broker_port), "-i", "feed"]
    command += ["--cafile", str(tls / "ca.pem"), "--cert", str(tls / "feed.pem"), "--key", str(tls / "feed.key")]
    command += ["-t", "liangzheng/1/530427/feed/#", "-q", "1", "-C", "4", "-W", "90"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as dashboard:
        yield dashboard
        dashboard.kill()


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Bench]:
    scenario = getattr(request, "param", "clean")
    with bench(Plan(scenario, seed=7, run_seconds=0.5), own_users()) as made:
        made.start_all()
        yield made


def test_from_the_cuvette_to_the_county(
    stage: Bench, dashboard_of_others: subprocess.Popen[bytes], touch: Touch, window: BrowserContext
) -> None:
    office = office_of(stage, window)
    take_turn_to_result(touch)
    seen(touch, "result", "6-result")
    touch.press("result_read")
    seen(touch, "promise", "7-promise")
    promises(touch, "control+self_test")
    seen(touch, "done", "8-done")

    (certificate,) = entries(stage, Certificate)
    (test,) = entries(stage, messages.Test)
    assert test.verdict.outcome == "negative"
    (printed,) = entries(stage, Print)
    assert (printed.number, printed.outcome, printed.evidence) == (
        certificate.number,
        PrintOutcome.PRINTED,
        "completion",
    )

    (paper,) = stage.printer.papers
    (code,) = zxingcpp.read_barcodes(Image.open(paper))
    shown = numbers.shown(certificate.number)
    expect(office.get_by_text("160千克").first).to_be_visible()  # without a reload
    put_aside(office, "9-office")

    trace = window.new_page()
    trace.goto(stage.county_url + re.sub(r"^HTTPS://[^/]+", "", code.text))
    expect(trace.get_by_text(shown).first).to_be_visible()
    expect(trace.get_by_text("豆角").first).to_be_visible()
    put_aside(trace, "10-trace")

    proof = window.new_page()
    proof.goto(f"{stage.county_url}/entry/{log_of(stage)}/{seq_of(stage, Certificate)}")
    proof.wait_for_load_state()
    assert "✗" not in proof.locator("main").inner_text()
    put_aside(proof, "11-proof")

    heard, _ = dashboard_of_others.communicate(timeout=90)
    events = [json.loads(line) for line in heard.splitlines()]
    assert {"id", "source", "specversion", "type"} <= set(events[0])
    assert stage.people[0].contact not in heard.decode()
    assert stage.people[0].name not in heard.decode()


@pytest.mark.parametrize("stage", ["contaminated"], indirect=True)
def test_a_positive_is_repeated_twice_stops_the_lot_and_alarms_the_county(
    stage: Bench, touch: Touch, window: BrowserContext
) -> None:
    office = office_of(stage, window)
    take_turn_to_result(touch)
    seen(touch, "retesting", "p1-retesting")
    touch.press("retest")
    seen(touch, "stopped", "p2-stopped")
    assert [body.verdict.outcome for body in entries(stage, messages.Test)] == ["positive", "positive", "positive"]
    assert entries(stage, Certificate) == []
    assert stage.printer.papers == []
    expect(office.locator(".alarm, [data-alarm], .alarms li").first).to_be_visible()
    put_aside(office, "p3-office")


def test_each_program_reads_and_writes_only_what_is_its_own(stage: Bench) -> None:
    users = own_users()
    if not users:
        assert os.geteuid() != 0 or shutil.which("setpriv") is not None
        return
    record, key = stage.box / "state" / "record.db", stage.box / "keys" / "station.key"
    for name in ("uplink", "scanner", "county"):
        for secret in (record, key):
            tried = subprocess.run(["cat", str(secret)], user=users[name].uid, capture_output=True, check=False)
            assert tried.returncode != 0, f"{name} can read {secret.name}"
    write = f"echo x >> {stage.box / 'up' / 'through'}"
    assert subprocess.run(["sh", "-c", write], user=users["uplink"].uid, capture_output=True, check=False).returncode
    write = f"echo x >> {stage.box / 'down' / 'all' / 'through'}"
    assert subprocess.run(["sh", "-c", write], user=users["station"].uid, capture_output=True, check=False).returncode
    assert all(stage.programs.runs(name) for name in PROGRAMS)
