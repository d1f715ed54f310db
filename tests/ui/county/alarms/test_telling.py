"""Alarms go out once: through failures of the far end, several tellers at once, and a kill in the worst moment."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.rules.messages import AlarmTold, CaseNoted, Complaint, DutyEnded, DutyPut, FaultReported, PrintOutcome
from tests.support.alarm_teller import alarm_teller
from tests.support.bodies import a_print, a_test
from tests.support.cases import positive
from tests.support.gateway import Gateway, running_gateway
from tests.support.waiting import wait_for
from tests.ui.county.conftest import Desk
from ui.county.acted import Acted
from ui.county.alarms.channels import FILE
from ui.county.alarms.sending import Sent
from ui.county.migration import open_reader
from ui.county.rebuilding import rebuild
from ui.county.sql import Where

MINUTE = timedelta(minutes=1)
PHONE = "13900005678"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running_gateway() as running:
        yield running


@contextmanager
def office_at(where: Where, gateway: Gateway) -> Iterator[Desk]:
    """A county with an SMS gateway and one positive."""
    with closing(Desk(where)) as desk:
        file = folder_of(desk) / FILE
        text = f'[sms]\nurl = "{gateway.address}/sms"\nkey = "k"\npath = "errcode"\nequals = "0"\n'
        file.write_text(f"{text}timeout_s = 2\ntries = 3\nrest_s = 60\n", "utf-8")
        file.chmod(0o600)
        desk.take(desk.box.opened("530427100"), desk.box.write(positive()))
        yield desk


@pytest.fixture
def office(tmp_path: Path, gateway: Gateway) -> Iterator[Desk]:
    with office_at(tmp_path / "county.db", gateway) as desk:
        yield desk


@pytest.fixture
def either(where: Where, gateway: Gateway) -> Iterator[Desk]:
    """The same on each database in turn."""
    with office_at(where, gateway) as desk:
        yield desk


def folder_of(desk: Desk) -> Path:
    return desk.accounts.desks.folder


def put(desk: Desk, step: int = 1, channel: str = "sms", name: str = "", account: str = "") -> str:
    duty = name or f"d-{step}"
    desk.accounts.desks.acts.do(lambda act: act.says(DutyPut(duty, "王所长", channel, PHONE, step, account)))
    return duty


def look(desk: Desk) -> int:
    return alarm_teller(desk.file, folder_of(desk), desk.now).look()


def told(desk: Desk) -> list[tuple[str, str, int, str]]:
    """Of every act of telling: alarm, duty, step, outcome; oldest first."""
    with closing(open_reader(desk.file)) as sql:
        acts = [deed.act for deed in reversed(Acted(sql).page().deeds)]
    return [(act.alarm, act.duty, act.step, act.outcome) for act in acts if isinstance(act, AlarmTold)]


def test_a_positive_is_told_once_and_says_no_name(either: Desk, gateway: Gateway) -> None:
    put(either)
    assert (look(either), look(either)) == (1, 0)
    rebuild(either.file)
    assert look(either) == 0, "what was told stands in no act alone"
    assert told(either) == [("positive", "d-1", 1, "sent")]
    (got,) = gateway.got
    assert got["body"]["to"] == PHONE
    link = f"https://office.example.cn/case/{either.box.log}/2"
    assert got["body"]["text"] == f"【亮证】阳性：豆角，gasa，11-22 09:30。请打开：{link}"
    for secret in ("李秀英", "13800001234", "王所长"):
        assert secret not in str(got)


def test_nobody_on_duty_and_nothing_is_sent(office: Desk, gateway: Gateway) -> None:
    assert look(office) == 0
    duty = put(office)
    office.accounts.desks.acts.do(lambda act: act.says(DutyEnded(duty)))
    assert look(office) == 0
    assert gateway.got == []


def test_each_kind_of_alarm_goes_out_and_what_is_none_does_not(either: Desk, gateway: Gateway) -> None:
    put(either)
    box, other = either.box, either.county.enrol("there")
    paper = box.certificate(tests=(2,))
    twin = other.certificate()
    either.take(box.write(paper), box.write(a_print(paper.number, 1, PrintOutcome.FAILED)), box.write(a_test("3.2")))
    either.take(other.opened(), other.write(twin), box=other)
    either.take(
        box.write(Complaint("goods", "有人掺假，电话 13800001234")), box.write(FaultReported("printer", "broken", "x"))
    )
    either.take(box.entry(2, a_test("81", nth=7)))
    look(either)
    assert sorted(alarm for alarm, *_ in told(either)) == [
        "complaint", "equivocation", "fault", "number_twice", "positive",
    ]  # fmt: skip
    assert "13800001234" not in str(gateway.got)


def test_the_next_step_follows_until_somebody_has_seen_it(either: Desk, gateway: Gateway) -> None:
    for step in (1, 2, 3):
        put(either, step)
    look(either)
    either.at += 14 * MINUTE
    assert look(either) == 0
    either.at += MINUTE
    assert look(either) == 1
    seen = CaseNoted(either.box.log, 2, "seen", either.at.isoformat())
    either.accounts.desks.acts.do(lambda act: act.says(seen))
    either.at += 60 * MINUTE
    assert look(either) == 0
    assert [duty for _, duty, _, _ in told(either)] == ["d-1", "d-2"]


def test_a_remark_is_no_look(office: Desk) -> None:
    put(office)
    remark = CaseNoted(office.box.log, 2, "note", office.at.isoformat(), text="x")
    office.accounts.desks.acts.do(lambda act: act.says(remark))
    assert look(office) == 1


@pytest.mark.parametrize("way", ["refuses", "wrong", "hangs_up"])
def test_what_fails_is_tried_again_a_while_later_with_the_same_id(office: Desk, gateway: Gateway, way: str) -> None:
    put(office)
    gateway.way = way
    assert look(office) == 1
    assert look(office) == 0, "it rests first"
    office.at += 61 * timedelta(seconds=1)
    assert look(office) == 1
    gateway.way = "ok"
    office.at += 121 * timedelta(seconds=1)
    assert look(office) == 1
    assert [outcome for *_, outcome in told(office)] == ["failed", "failed", "sent"]
    assert len(set(gateway.ids)) == 1


def test_what_cannot_be_told_is_given_up_and_the_next_step_told_at_once(office: Desk, gateway: Gateway) -> None:
    put(office, 1)
    put(office, 2, channel="page", account="officer")
    gateway.way = "closed"
    look(office)
    look(office)
    assert told(office) == [("positive", "d-1", 1, "given_up"), ("positive", "d-2", 2, "sent")]
    assert len(gateway.got) == 1


def test_a_channel_that_is_gone_is_said(office: Desk, gateway: Gateway) -> None:
    put(office)
    (folder_of(office) / FILE).unlink()
    look(office)
    assert told(office) == [("positive", "d-1", 1, "given_up")]
    assert gateway.got == []


def test_while_the_channels_cannot_be_read_pages_are_told_and_the_rest_waits(office: Desk, gateway: Gateway) -> None:
    put(office)
    put(office, 1, channel="page", name="d-page", account="officer")
    file = folder_of(office) / FILE
    file.chmod(0o644)
    assert (look(office), look(office)) == (1, 0)
    file.chmod(0o600)
    assert look(office) == 1
    assert [duty for _, duty, _, _ in told(office)] == ["d-page", "d-1"]


def test_it_runs_until_it_is_told_to_stop(office: Desk, gateway: Gateway) -> None:
    put(office)
    stop, teller = threading.Event(), alarm_teller(office.file, folder_of(office), office.now)
    thread = threading.Thread(target=teller.run, args=(stop, 0.01))
    thread.start()
    try:
        wait_for(lambda: told(office), "the telling")
    finally:
        stop.set()
        thread.join()
    assert len(gateway.got) == 1


def test_many_tellers_tell_once(either: Desk, gateway: Gateway) -> None:
    """On PostgreSQL they are several programs; here each is a thread with its own connections."""
    for name in ("a", "b", "c"):
        put(either, 1, name=f"d-{name}")
    either.take(*(either.box.write(positive(lot=f"lot-{nth}")) for nth in range(3)))
    ready = threading.Barrier(3)

    def one() -> None:
        teller = alarm_teller(either.file, folder_of(either), either.now)
        ready.wait()
        for _ in range(3):
            teller.look()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gateway.ids) == len(set(gateway.ids)) == 4 * 3
    assert sorted(told(either)) == sorted([("positive", f"d-{name}", 1, "sent") for name in "abc"] * 4)


def test_a_kill_between_claim_and_answer(either: Desk, gateway: Gateway) -> None:
    """Nobody sends while the dead one's lease runs; then the same message goes out, with the same id, and only then."""
    put(either)
    gateway.way = "hangs"
    command = [sys.executable, "-m", "tests.support.alarm_teller"]
    with subprocess.Popen([*command, str(either.file), str(folder_of(either)), either.at.isoformat()]) as program:
        wait_for(lambda: gateway.got, "the message at the far end")
        program.kill()
    gateway.way = "ok"
    assert told(either) == []
    assert look(either) == 0
    either.at += MINUTE
    assert look(either) == 1
    either.at += MINUTE
    assert look(either) == 0
    assert len(gateway.ids) == 2
    assert len(set(gateway.ids)) == 1
    assert told(either) == [("positive", "d-1", 1, "sent")]


def test_who_comes_back_after_his_lease_says_nothing(either: Desk, gateway: Gateway) -> None:
    """His message went out, and so did that of whoever took over: one act stands, and no third message follows."""
    put(either)
    slow, office_at = alarm_teller(either.file, folder_of(either), either.now), either.at

    def meanwhile(*_: object) -> Sent:
        either.at = office_at + 5 * MINUTE
        assert look(either) == 1
        return Sent()

    slow._sending = meanwhile
    slow.look()
    assert told(either) == [("positive", "d-1", 1, "sent")]
    assert look(either) == 0


def test_the_page_of_an_account_needs_no_network(office: Desk, gateway: Gateway) -> None:
    put(office, 1, channel="page", account="officer")
    look(office)
    assert told(office) == [("positive", "d-1", 1, "sent")]
    assert gateway.got == []
