"""What fingers of staff do: tiles of the desk, and sheets, where each question is waited for by its name."""

import hashlib
import re
from dataclasses import replace
from importlib import resources

from playwright.sync_api import expect

from kiosk import contract
from kiosk.log import Tail
from kiosk.rules.messages import EntryBody, OrderDone, PackPut, Staff, StaffPut
from kiosk.staff_pin import hashed
from tests.support import things
from tests.support.shots import RESTS
from tests.support.stage import card
from tests.support.touch import SOON, Touch
from ui.demo.bench import Bench
from ui.demo.office import Colleague

LEAVES = 6  # of one page


def opens(touch: Touch, action: str, value: str) -> None:
    """A tile of the desk."""
    touch.stands_at("desk")
    finds(touch, action, value)


def finds(touch: Touch, action: str, value: str) -> None:
    """The button on whichever leaf of the page it stands, once the tap before has led there."""
    form = f'form:has(input[name="action"][value="{action}"]):has(input[name="value"][value="{value}"])'
    wanted = touch.page.locator(f"{form} button:visible")
    for _ in range(LEAVES):
        touch.page.wait_for_function(RESTS)
        if wanted.count():
            break
        key = touch.page.locator("main .stage").get_attribute("data-key") or ""
        touch.tap("a.tile[data-leaf], .actions a[href]")
        expect(touch.page.locator(f'main .stage:not([data-key="{key}"])')).to_be_visible(timeout=SOON)
    touch.press(action, value)


def answers(touch: Touch, ask: str, value: str | None = None) -> None:
    touch.stands_at(f"filling/{ask}")
    touch.press("answer", value)


def spells(touch: Touch, letters: str, word: str | None = None) -> None:
    """By pinyin, each letter seen before the next: what was meant, or the first that the letters lead to."""
    for nth, letter in enumerate(letters, 1):
        touch.letters(letter)
        expect(touch.page.locator(".written i")).to_have_text(letters[:nth].upper(), timeout=SOON)
    touch.press("take", word)
    expect(touch.page.locator(".written b")).to_contain_text(word or re.compile("."), timeout=SOON)


def writes(touch: Touch, ask: str, letters: str) -> None:
    touch.stands_at(f"filling/{ask}")
    spells(touch, letters)
    touch.press("taken")


def keys(touch: Touch, ask: str, digits: str) -> None:
    touch.stands_at(f"filling/{ask}")
    touch.key_in(digits)
    touch.press("answer")


def signs(touch: Touch, ask: str) -> None:
    touch.stands_at(f"filling/{ask}")
    touch.sign()


def skips(touch: Touch, ask: str) -> None:
    touch.stands_at(f"filling/{ask}")
    touch.press("skip")


def photographs(touch: Touch, ask: str) -> None:
    """What lies before the camera: here a white wall."""
    touch.stands_at(f"filling/{ask}")
    touch.stage.hold_up(things.wall(touch.stage))
    touch.press("picture")
    touch.press("taken")
    touch.take_away()


def shows_card(touch: Touch, ask: str, following: str, person: int = 1) -> None:
    touch.stands_at(f"filling/{ask}")
    touch.hold_up(card(touch.stage, person), until=f"filling/{following}")


def proves(touch: Touch, ask: str, role: str) -> None:
    """A colleague's badge and PIN, within a sheet."""
    touch.stands_at(f"filling/{ask}")
    touch.stage.hold_up(things.badge(touch.stage, role))
    expect(touch.page.locator("[data-action=staff_pin]")).to_be_visible(timeout=SOON)
    touch.take_away()
    touch.key_in(things.colleague(touch.stage, role).pin)
    touch.press("staff_pin")


def records(touch: Touch, at: str = "desk") -> None:
    """The summary is right; the sheet ends where it was opened."""
    touch.stands_at("filling/")
    touch.press("sheet_done")
    touch.stands_at(at)


# --- sheets of the inspector ---


def opens_the_reagent(touch: Touch, method: str) -> None:
    """From today on, for this method; nobody knows when it expires, or who made it."""
    answers(touch, "event", "opened")
    answers(touch, "method", method)
    skips(touch, "expires")
    skips(touch, "maker")
    records(touch)


def begins_a_sample(touch: Touch, kind: str, scene: str, task: str = "") -> None:
    """Cowpeas of somebody with a card, up to the place."""
    answers(touch, "type", kind)
    if task:
        answers(touch, "task", task)
    else:
        skips(touch, "task")
    shows_card(touch, "subject", "product")
    answers(touch, "product", "cowpea")
    answers(touch, "scene", scene)
    writes(touch, "place", "cai")


def ends_a_sample(touch: Touch) -> None:
    """From its origin: 500 g to test and 500 g to keep, and both who were there sign."""
    answers(touch, "origin")
    skips(touch, "seen")
    keys(touch, "test_grams", "500")
    keys(touch, "reserve_grams", "500")
    skips(touch, "pictures")
    both_sign(touch)


def both_sign(touch: Touch) -> None:
    signs(touch, "sampler_signature")
    answers(touch, "subject_signs", "signed")
    signs(touch, "subject_signature")


# --- the bench behind the screen ---


def hurried(file: str, least: int = 1) -> PackPut:
    """A method with clocks that nobody has to wait for; an analyzer's own step takes what it takes."""
    text = (resources.files("kiosk") / "packs" / file).read_text("utf-8")
    text = re.sub(r"(?m)^least = [1-9]\d*$", f"least = {least}", text)
    text = re.sub(r"(?m)^most = \d+\n", "", text)
    text = re.sub(r"(?ms)(^\[step\.read\]\n.*?^least = )\d+", r"\g<1>0", text)
    return PackPut(file, text, hashlib.sha256(text.encode()).hexdigest())


def hires(stage: Bench, *coming: Colleague) -> None:
    """More staff with their badges; before the programs start."""
    staff = (*stage.office.staff, *coming)
    stage.office = replace(stage.office, staff=staff)
    stage.order(StaffPut(tuple(Staff(one.id, one.name, one.roles, one.badge, hashed(one.pin)) for one in staff)))
    for one in coming:
        stage.badge(one)


def does_all_orders(stage: Bench) -> None:
    """The station has heard of everything that the county ordered so far."""
    given = sum(1 for _ in Tail(stage.county / "orders" / "all").after(0, 10_000))
    stage.await_entry(lambda entry: isinstance(entry, OrderDone) and entry.seq == given)


def log_of(stage: Bench) -> str:
    """Whose entries these are."""
    _, first = next(iter(Tail(stage.box / "up").after(0, 1)))
    return contract.read(first).header.log


def seq_of(stage: Bench, kind: type[EntryBody]) -> int:
    """Of the first entry of this kind. Raises LookupError."""
    for seq, payload in Tail(stage.box / "up").after(0, 10_000):
        if isinstance(contract.read(payload).entry, kind):
            return seq
    raise LookupError(kind.kind)
