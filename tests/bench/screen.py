"""The touch screen with everything running: from the finger to the new page, weight of the page, memory, a repeat turn.

Goals: p95 of a tap 100 ms; page 150 kB, not compressed; station and scanner, the programs that have devices, together
130 MiB of proportional memory (memory.py).
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.bench.memory import compile_ours, settled
from tests.bench.row import Row, percentile
from tests.support.browser import chromium_running
from tests.support.stage import bench, card
from tests.support.touch import Touch
from tests.support.turn_steps import brings, comes_first, ends, promises, used_nothing, wants_no_test
from ui.demo.bench import Bench, Plan
from ui.station.guard import COOKIE

PARTS = re.compile(r'(?:src|href)="(/[^"?]*\.(?:css|js|svg|png|jpg))"')
PAIRS = 40  # of taps: a product, and back
# From the finger's own time stamp to the frame after the one in which the new page was put in.
WATCH = """
() => {
  window.taps = [];
  let down = 0;
  addEventListener("pointerdown", (event) => { down = event.timeStamp; }, true);
  new MutationObserver(() => {
    const began = down;
    down = 0;
    if (began) requestAnimationFrame(() => requestAnimationFrame(() => taps.push(performance.now() - began)));
  }).observe(document.getElementById("main"), { childList: true });
}
"""


def rows() -> Iterator[Row]:
    with _running() as (stage, touch):
        yield from _weight(stage)
        yield from _memory(stage, "at idle")
        _first_turn(touch)
        yield from _taps(stage, touch)
        yield from _repeat(stage, touch)
        yield from _memory(stage, "after two turns")


@contextmanager
def _running() -> Iterator[tuple[Bench, Touch]]:
    """Every program and device, and a browser with the page and with the public board open."""
    compile_ours()
    with bench(Plan("clean", seed=3, run_seconds=0.3, testers=2)) as stage, chromium_running() as browser:
        stage.start_all()
        window, wall = (browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN") for _ in range(2))
        Touch(stage, wall).enter("/board")
        touch = Touch(stage, window)
        touch.enter()
        touch.stands_at("idle")
        touch.page.bring_to_front()  # a page behind another one draws once in two seconds
        yield stage, touch
        window.close()
        wall.close()


def _weight(stage: Bench) -> Iterator[Row]:
    """What a browser that keeps nothing fetches for the first page; neither mirror pictures nor sounds."""
    with httpx.Client(base_url=stage.station_url, cookies={COOKIE: stage.token}) as browser:
        page = browser.get("/").content
        parts = {path for path in PARTS.findall(page.decode()) if not path.startswith("/preview")}
        sizes = {path: len(browser.get(path).content) for path in parts}
    yield Row(f"page: {len(sizes) + 1} parts, not compressed", "kB", ((len(page) + sum(sizes.values())) / 1000,))
    scripts = sum(size for path, size in sizes.items() if path.endswith(".js"))
    yield Row("page: scripts of it", "kB", (scripts / 1000,))


def _first_turn(touch: Touch) -> None:
    """Somebody's first visit, to a paper."""
    comes_first(touch)
    brings(touch, "160")
    wants_no_test(touch)
    promises(touch)
    ends(touch)


def _taps(stage: Bench, touch: Touch) -> Iterator[Row]:
    touch.hold_up(card(stage), until="product")
    touch.page.evaluate(WATCH)
    for _ in range(PAIRS):
        touch.choose("tomato")
        touch.stands_at("quantity")
        touch.press("back")
        touch.stands_at("product")
    touch.page.wait_for_function("(taps) => window.taps.length === taps", arg=2 * PAIRS)
    took = tuple(float(one) for one in touch.page.evaluate("taps"))
    yield Row("tap to the new page on the screen", "ms", took)
    yield Row("tap to the new page on the screen, p95", "ms", (percentile(took, 95),))
    touch.press("abandon")
    touch.stands_at("abandoned")
    ends(touch)


def _repeat(stage: Bench, touch: Touch) -> Iterator[Row]:
    """The repeat farmer: from his card to the paper, without speech."""
    touch.hold_up(card(stage), until="product")
    touch.forget()
    began = time.perf_counter()
    touch.press("repeat_last")
    used_nothing(touch)
    promises(touch)
    took = time.perf_counter() - began
    yield Row("repeat farmer: touches", "touches", (touch.touches,))
    yield Row("repeat farmer: card to paper, no speech", "s", (took,))


def _memory(stage: Bench, when: str) -> Iterator[Row]:
    station, scanner = (settled(stage.programs._running[name].pid) for name in ("station", "scanner"))
    for name, memory in (("station", station), ("scanner", scanner), ("station with all devices", station + scanner)):
        for kind, amount in memory.kinds().items():
            yield Row(f"{name} {when}: {kind}", "MiB", (amount,))
