"""A turn of every person as steps, for what may happen before each of them (tests.support.interruptions)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import expect

from kiosk.rules.messages import Subject
from tests.support import things
from tests.support.fingers import answers, keys, opens, records, skips, writes
from tests.support.interruptions import Step, one_away
from tests.support.stage import card
from tests.support.touch import SOON, Touch
from tests.support.turn_steps import keys_tail, used_nothing, weighs
from ui.command.county import today

GROWER = Subject("p0001", "farmer", "李桂芳", "13800001234", "云南省玉溪市新平县戛洒镇", region="530427")
BUYER = Subject("p0009", "buyer", "戛洒鲜蔬经营部", "13800009999", "云南省玉溪市新平县戛洒镇", region="530427")
TOOLS = ("devices", "network", "printers", "analyzers", "checkup", "records", "screen_setup", "faults")


def _opened(tool: str) -> Callable[[Touch], None]:
    return lambda touch: opens(touch, "tool", tool)


def _back(touch: Touch) -> None:
    touch.press("back")


def _kept(touch: Touch, nth: int) -> None:
    """A paper before the camera until it lies in the basket."""
    touch.stage.hold_up(things.paper(touch.stage, nth, today()))
    expect(touch.page.locator(".sums small")).to_contain_text(f"{nth} 张", timeout=SOON)
    touch.take_away()


def _promised(touch: Touch, basis: str = "") -> None:
    """A printer that is not back yet says so, and prints when it is there and asked again."""
    if basis:
        touch.choose(basis)
    touch.press("promise")
    expect(touch.page.locator("[data-stage=done], [data-stage=unprinted]")).to_be_visible(timeout=SOON)
    if touch.place == "unprinted":
        expect(one_away(touch)).to_be_hidden(timeout=SOON)
        touch.press("print_again")


# From the card to the paper, with a test.
FARMER = (
    Step("idle", lambda touch: touch.hold_up(card(touch.stage), until="proving")),
    Step("proving", keys_tail),
    Step("product", lambda touch: touch.choose("cowpea")),
    Step("quantity", lambda touch: weighs(touch, "320")),
    Step("drugs", used_nothing),
    Step("test_choice", lambda touch: touch.press("test")),
    Step("result", lambda touch: touch.press("result_read")),
    Step("promise", lambda touch: _promised(touch, "control+self_test")),
    Step("done", lambda touch: touch.press("next")),
)
# A member of staff looks at what is in stock.
CLERK = (
    Step("idle", lambda touch: touch.log_in("clerk")),
    Step("desk", _opened("supplies")),
    Step("tool/supplies", _back),
    Step("desk", lambda touch: touch.press("log_off")),
)
# Two papers, and one certificate that links them.
DEALER = (
    Step("idle", lambda touch: touch.hold_up(card(touch.stage, 1), until="proving")),
    Step("proving", lambda touch: keys_tail(touch, 1)),
    Step("basket", lambda touch: _kept(touch, 1)),
    Step("basket", lambda touch: _kept(touch, 2)),
    Step("basket", lambda touch: touch.press("basket_goods", "cowpea")),
    Step("quantity", lambda touch: touch.press("quantity")),
    Step("test_choice", lambda touch: touch.press("no_test")),
    Step("promise", _promised),
    Step("done", lambda touch: touch.press("next")),
)
# A load without papers at the gate, question by question, and a look at the bench.
INSPECTOR = (
    Step("idle", lambda touch: touch.log_in("inspector")),
    Step("desk", lambda touch: opens(touch, "sheet", "gate")),
    Step("filling/code", lambda touch: skips(touch, "code")),
    Step("filling/paper", lambda touch: answers(touch, "paper", "none")),
    Step("filling/grower", lambda touch: answers(touch, "grower", "bought")),
    Step("filling/seller", lambda touch: writes(touch, "seller", "li")),
    Step("filling/stall", lambda touch: skips(touch, "stall")),
    Step("filling/product", lambda touch: answers(touch, "product", "cowpea")),
    Step("filling/quantity", lambda touch: keys(touch, "quantity", "30")),
    Step("filling/origin", lambda touch: writes(touch, "origin", "xin")),
    Step("filling/decision", lambda touch: answers(touch, "decision", "refuse")),
    Step("filling/", records),
    Step("desk", lambda touch: opens(touch, "loading", "run")),
    Step("loading", _back),
    Step("desk", lambda touch: touch.press("log_off")),
)
# From page to page of what stands around the box.
TECHNICIAN = (
    Step("idle", lambda touch: touch.log_in("technician")),
    *(step for tool in TOOLS for step in (Step("desk", _opened(tool)), Step(f"tool/{tool}", _back))),
    Step("desk", lambda touch: touch.press("log_off")),
)


@dataclass(frozen=True, slots=True)
class Way:
    """`people` whom the county knows; none: those of the demonstration."""

    steps: tuple[Step, ...]
    people: tuple[Subject, ...] = ()


WAYS: Mapping[str, Way] = {
    "farmer": Way(FARMER),
    "clerk": Way(CLERK),
    "buyer": Way(DEALER, (GROWER, BUYER)),
    "inspector": Way(INSPECTOR),
    "technician": Way(TECHNICIAN),
}
