"""The journey: a farmer's card, a tested sample, the paper, the county's live page, the trace page behind the code."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from kiosk.rules import messages
from kiosk.rules.messages import Certificate, Print, PrintOutcome
from kiosk.rules.scan import numbers
from tests.support.stage import bench, card, entries
from tests.support.users import own_users
from ui.county.web.doors import COOKIE
from ui.demo.bench import PROGRAMS, Bench, Plan

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))


def shot(page: Page, name: str) -> None:
    """A picture for whoever wants to look; only made where the folder exists."""
    if SHOTS.is_dir():
        page.screenshot(path=SHOTS / f"{name}.png")


def press(page: Page, action: str) -> None:
    page.locator(f'button[data-action="{action}"]:visible').first.click()


def key_in(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator(f'[data-key-press="{digit}"]').click()


def stands_at(page: Page, stage: str) -> None:
    expect(page.locator(f'[data-stage="{stage}"]')).to_be_visible(timeout=60_000)


def open_pages(stage: Bench, window: BrowserContext) -> tuple[Page, Page]:
    touch, office = window.new_page(), window.new_page()
    touch.goto(f"{stage.station_url}/enter?token={stage.token}")
    window.add_cookies([{"name": COOKIE, "value": stage.signed_in(), "url": stage.county_url}])
    office.goto(stage.county_url)
    return touch, office


def take_turn_to_result(stage: Bench, touch: Page) -> None:
    stands_at(touch, "idle")
    shot(touch, "1-idle")
    stage.hold_up(card(stage))
    stands_at(touch, "proving")
    stage.take_away()
    key_in(touch, stage.people[0].contact[-4:])
    shot(touch, "2-proving")
    press(touch, "tail")
    stands_at(touch, "product")
    shot(touch, "3-product")
    touch.locator('form:has(input[name="value"][value="cowpea"]) button').click()
    stands_at(touch, "quantity")
    touch.locator('label.chip:has(input[value="jin"])').click()
    key_in(touch, "320")
    shot(touch, "4-quantity")
    press(touch, "quantity")
    stands_at(touch, "drugs")
    shot(touch, "5-drugs")
    press(touch, "drugs_none")
    stands_at(touch, "test_choice")
    shot(touch, "5-test-choice")
    press(touch, "test")


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
    stage: Bench, dashboard_of_others: subprocess.Popen[bytes], window: BrowserContext
) -> None:
    touch, office = open_pages(stage, window)
    take_turn_to_result(stage, touch)
    stands_at(touch, "result")
    shot(touch, "6-result")
    press(touch, "result_read")
    stands_at(touch, "promise")
    touch.locator('label.chip:has(input[value="control+self_test"])').click()
    shot(touch, "7-promise")
    press(touch, "promise")
    stands_at(touch, "done")
    shot(touch, "8-done")

    (certificate,) = entries(stage, Certificate)
    assert isinstance(certificate, Certificate)
    (test,) = entries(stage, messages.Test)
    assert isinstance(test, messages.Test)
    assert test.verdict.outcome == "negative"
    (printed,) = entries(stage, Print)
    assert isinstance(printed, Print)
    assert (printed.number, printed.outcome, printed.evidence) == (
        certificate.number,
        PrintOutcome.PRINTED,
        "completion",
    )

    (paper,) = stage.printer.papers
    (code,) = zxingcpp.read_barcodes(Image.open(paper))
    shown = numbers.shown(certificate.number)
    expect(office.get_by_text("160千克").first).to_be_visible()  # without a reload
    shot(office, "9-office")

    trace = window.new_page()
    trace.goto(stage.county_url + re.sub(r"^HTTPS://[^/]+", "", code.text))
    expect(trace.get_by_text(shown).first).to_be_visible()
    expect(trace.get_by_text("豆角").first).to_be_visible()
    shot(trace, "10-trace")

    proof = window.new_page()
    proof.goto(f"{stage.county_url}/entry/{log_of(stage)}/{certificate_seq(stage)}")
    proof.wait_for_load_state()
    assert "✗" not in proof.locator("main").inner_text()
    shot(proof, "11-proof")

    heard, _ = dashboard_of_others.communicate(timeout=90)
    events = [json.loads(line) for line in heard.splitlines()]
    assert {"id", "source", "specversion", "type"} <= set(events[0])
    assert stage.people[0].contact not in heard.decode()
    assert stage.people[0].name not in heard.decode()


@pytest.mark.parametrize("stage", ["contaminated"], indirect=True)
def test_a_positive_is_repeated_twice_stops_the_lot_and_alarms_the_county(stage: Bench, window: BrowserContext) -> None:
    touch, office = open_pages(stage, window)
    take_turn_to_result(stage, touch)
    stands_at(touch, "retesting")
    shot(touch, "p1-retesting")
    press(touch, "retest")
    stands_at(touch, "stopped")
    shot(touch, "p2-stopped")
    outcomes = [body.verdict.outcome for body in entries(stage, messages.Test) if isinstance(body, messages.Test)]
    assert outcomes == ["positive", "positive", "positive"]
    assert entries(stage, Certificate) == []
    assert stage.printer.papers == []
    expect(office.locator(".alarm, [data-alarm], .alarms li").first).to_be_visible()
    shot(office, "p3-office")


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


def log_of(stage: Bench) -> str:
    from kiosk import contract, log

    ((_, first),) = log.Tail(stage.box / "up").after(0, 1)
    return contract.read(first).header.log


def certificate_seq(stage: Bench) -> int:
    from kiosk import contract, log

    return next(
        seq
        for seq, payload in log.Tail(stage.box / "up").after(0, 1000)
        if contract.read(payload).header.kind == Certificate.kind
    )
