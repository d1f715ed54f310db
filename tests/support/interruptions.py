"""What may happen at any step of a turn, and a turn as steps: each leaves the screen where it was."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.support.stage import card
from tests.support.touch import SOON, Touch


@dataclass(frozen=True, slots=True)
class Step:
    """`place`: where the screen stands before `go`."""

    place: str
    go: Callable[[Touch], None]


def reloaded(touch: Touch) -> None:
    touch.reload()


def went_back(touch: Touch) -> None:
    touch.back()
    touch.page.wait_for_timeout(200)


def lost_the_network(touch: Touch) -> None:
    """The village's line: the broker is gone, and comes back."""
    touch.stage.programs.stop("broker")
    touch.reload()
    touch.stage.start("broker")


def lost_the_station(touch: Touch) -> None:
    touch.offline()
    touch.online()
    expect(touch.page.locator("main .stage")).to_be_visible()


def lost_a_device(name: str) -> Callable[[Touch], None]:
    def lost(touch: Touch) -> None:
        touch.unplug(name)
        touch.page.wait_for_timeout(500)
        touch.plug_in(name)

    return lost


def lost_the_camera(touch: Touch) -> None:
    """The program that reads codes dies, as a hostile picture might have it."""
    touch.stage.programs.kill("scanner")
    touch.page.wait_for_timeout(500)
    touch.stage.start("scanner")


class Hasty(Touch):
    """Every press is two: the second one falls on whatever stands there then."""

    def press(self, action: str, value: str | None = None) -> None:
        self.double_tap(action, value)


def nothing(touch: Touch) -> None:
    """The finger itself is what is wrong (Hasty)."""


TWICE = "twice"
INTERRUPTIONS: Mapping[str, Callable[[Touch], None]] = {
    "reload": reloaded,
    "back": went_back,
    "network": lost_the_network,
    "station": lost_the_station,
    "analyzer": lost_a_device("residue"),
    "printer": lost_a_device("printer"),
    "camera": lost_the_camera,
    TWICE: nothing,
}


def farmer(touch: Touch) -> tuple[Step, ...]:
    """From the card to the paper, without a test."""
    person = touch.stage.people[0]
    return (
        Step("idle", lambda touch: touch.hold_up(card(touch.stage), until="proving")),
        Step("proving", lambda touch: _keyed(touch, person.contact[-4:], "tail")),
        Step("product", lambda touch: touch.choose("cowpea")),
        Step("quantity", lambda touch: _keyed(touch, "320", "quantity")),
        Step("drugs", lambda touch: touch.press("drugs_none")),
        Step("test_choice", lambda touch: touch.press("test")),
        Step("result", lambda touch: touch.press("result_read")),
        Step("promise", _promised),
        Step("done", lambda touch: touch.press("next")),
    )


def come(touch: Touch, who: int = 0, to: str = "product") -> None:
    """His card, to the products or where he was; a first comer keys in the end of his telephone number."""
    touch.stands_at("idle")
    touch.stage.hold_up(card(touch.stage, who))
    expect(touch.page.locator(f"[data-stage=proving], [data-stage={to}]")).to_be_visible(timeout=SOON)
    touch.take_away()
    if touch.place == "proving":
        _keyed(touch, touch.stage.people[who].contact[-4:], "tail")
    touch.stands_at(to)


def clerk(touch: Touch) -> tuple[Step, ...]:
    """A member of staff takes in a report of a fault: a desk, a sheet, a tool."""
    return (
        Step("idle", lambda touch: touch.log_in("clerk")),
        Step("desk", lambda touch: touch.press("tool", "supplies")),
        Step("tool/supplies", lambda touch: touch.press("back")),
        Step("desk", lambda touch: touch.press("log_off")),
    )


def _keyed(touch: Touch, digits: str, action: str) -> None:
    touch.key_in(digits)
    touch.press(action)


def _promised(touch: Touch) -> None:
    """A printer that is not back yet says so, and prints when it is asked again."""
    touch.tap('label.chip:has(input[value="control+self_test"])')
    touch.press("promise")
    expect(touch.page.locator("[data-stage=done], [data-stage=unprinted]")).to_be_visible(timeout=SOON)
    if touch.place == "unprinted":
        touch.press("print_again")


def walked(touch: Touch, steps: tuple[Step, ...], what: str) -> Iterator[str]:
    """Takes every step with the interruption before it; yields what went wrong.

    A station that starts anew shows no turn that has ended: its paper is out.
    """
    for step in steps:
        touch.stands_at(step.place)
        INTERRUPTIONS[what](touch)
        if (what, step.place) == ("station", "done"):
            touch.stands_at("idle")
            break
        touch.stands_at(step.place)
        step.go(touch)
    if touch.page.locator("#lost").is_visible():
        yield f"{what}: the page lost the station"
