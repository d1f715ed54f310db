"""What may happen at any step of a turn: each leaves the screen where it was."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from kiosk.words import load_words
from tests.support.touch import SOON, Touch

ONE_AWAY = load_words("zh").say("screen.strip.trouble", count=1)  # of the devices
WATCHED = """
() => {
  window.returned = false;  // heard after the page's own listener, which brings it back here
  addEventListener("popstate", () => { window.returned = true; }, { once: true });
}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """`place`: where the screen stands before `go`."""

    place: str
    go: Callable[[Touch], None]


def reloaded(touch: Touch) -> None:
    touch.reload()


def went_back(touch: Touch) -> None:
    touch.page.evaluate(WATCHED)
    touch.back()
    touch.page.wait_for_function("() => window.returned")


def lost_the_network(touch: Touch) -> None:
    """The village's line: the broker is gone, and comes back."""
    touch.stage.programs.stop("broker")
    touch.reload()
    touch.stage.start("broker")


def lost_the_station(touch: Touch) -> None:
    touch.offline()
    touch.online()
    expect(touch.page.locator("main .stage")).to_be_visible()


def one_away(touch: Touch) -> Locator:
    """What the strip says while a device is not there."""
    return touch.page.locator("#strip .trouble").get_by_text(ONE_AWAY)


def lost_a_device(name: str) -> Callable[[Touch], None]:
    """Away until the screen says so; whoever goes on then may be faster than it is back."""

    def lost(touch: Touch) -> None:
        expect(one_away(touch)).to_be_hidden(timeout=SOON)  # back since the step before
        touch.unplug(name)
        expect(one_away(touch)).to_be_visible(timeout=SOON)
        touch.plug_in(name)

    return lost


def lost_the_camera(touch: Touch) -> None:
    """The program that reads codes dies, as a hostile picture might have it: gone for good, then there anew."""
    touch.stage.programs.kill("scanner")
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
