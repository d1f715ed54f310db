"""What a browser fetches for a page: small, the same to it as what we wrote, and no rule for what no page has."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.ui.station.conftest import Served
from ui.station.pages import HERE, STATIC
from ui.station.sent import routes, script, sent, style

MOST = 150_000  # bytes of a page with all its parts, not compressed
PARTS = re.compile(r'(?:src|href)="(/static/[^"?]*)"')
STYLES = sorted(STATIC.glob("*.css"))
SCRIPTS = sorted(STATIC.glob("*.js"))
# What a style sheet says, as the browser understood it: every rule, in its order. A value with var() it keeps as it was
# written, room behind commas and all.
UNDERSTOOD = """
async (texts) => texts.map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/, /g, ","));
})
"""
READ = "(text) => { new Function(text); }"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as window:
        yield window.new_page()


def test_a_page_with_all_its_parts_is_light(served: Served) -> None:
    with served.browser() as browser:
        assert weight(browser, "/") <= MOST
        assert weight(browser, "/devices") <= MOST
        assert weight(browser, "/board") <= MOST


def weight(browser: httpx.Client, address: str) -> int:
    page = browser.get(address)
    parts = sorted(set(PARTS.findall(page.text)))
    assert len(parts) > 10
    answers = [browser.get(part) for part in parts]
    assert [part for part, answer in zip(parts, answers, strict=True) if answer.status_code != 200] == []
    return len(page.content) + sum(len(answer.content) for answer in answers)


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_a_browser_understands_the_style_that_we_wrote(page: Page, file: Path) -> None:
    ours, sends = page.evaluate(UNDERSTOOD, [file.read_text(encoding="utf-8"), sent(file)])
    assert sends == ours
    assert len(ours) > 3


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_browser_can_read_the_script(page: Page, file: Path) -> None:
    page.evaluate(READ, sent(file))
    assert code(sent(file)) == code(file.read_text(encoding="utf-8"))


def code(text: str) -> str:
    """Without comments that begin a line, and without any room."""
    return re.sub(r"\s", "", re.sub(r"(?ms)^\s*/\*.*?\*/", "", text))


@pytest.mark.parametrize(
    ("wrote", "sends"),
    [
        ("a {\n  color: red;\n}\n", "a{color:red;}"),
        (".a :hover, .b:not(.c) > d { margin: 0 1px }", ".a :hover,.b:not(.c)>d{margin:0 1px}"),
        ('a::before { content: "x ;  { /* no */ "; }', 'a::before{content:"x ;  { /* no */ ";}'),
        ("a { grid-template:\n    auto\n    1fr / calc(1px + 2px); }", "a{grid-template:auto 1fr / calc(1px + 2px);}"),
        ("/* why */\na { b: c; } /* and why */ d { e: f; }", "a{b:c;} d{e:f;}"),
    ],
)
def test_a_style_loses_only_what_its_readers_need(wrote: str, sends: str) -> None:
    assert style(wrote) == sends


def test_a_script_keeps_its_lines_and_what_looks_like_a_comment() -> None:
    wrote = '/* why,\n   and why */\nconst a = "/* b */";\n\n  /* c */\n  run() // d\n  [1].map(run)\n'
    assert script(wrote) == 'const a = "/* b */";\nrun() // d\n[1].map(run)\n'


def test_what_a_browser_has_is_not_sent_again(served: Served) -> None:
    with served.browser() as browser:
        first = browser.get("/static/station.css")
        again = browser.get("/static/station.css", headers={"if-none-match": first.headers["etag"]})
        changed = browser.get("/static/station.css", headers={"if-none-match": '"of yesterday"'})
    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
    assert again.content == b""
    assert {answer.headers["cache-control"] for answer in (first, again)} == {"no-cache"}
    assert first.headers["content-type"].startswith("text/css")


def test_only_our_own_files_are_sent_so() -> None:
    addresses = {route.path for route in routes(STATIC)}
    assert addresses == {f"/static/{file.name}" for file in (*STYLES, *SCRIPTS)}


@pytest.mark.parametrize("sheet", STYLES, ids=lambda file: file.name)
def test_every_class_and_name_of_a_style_stands_on_a_page(sheet: Path) -> None:
    said, begun = words()
    selectors = " ".join(re.findall(r"([^{}]*)\{", style(sheet.read_text(encoding="utf-8"))))
    named = set(re.findall(r"[.#]([A-Za-z_][\w-]*)", selectors))
    assert sorted(one for one in named if one not in said and not one.startswith(begun)) == []


def test_every_colour_and_measure_with_a_name_is_used() -> None:
    everything = "".join(style(sheet.read_text(encoding="utf-8")) for sheet in STYLES)
    written = "".join(file.read_text(encoding="utf-8") for file in (*SCRIPTS, *HERE.rglob("*.html")))
    named = set(re.findall(r"(--[\w-]+):", everything))
    assert sorted(one for one in named if f"var({one}" not in everything and one not in written) == []


def words() -> tuple[frozenset[str], tuple[str, ...]]:
    """Every word of templates, scripts and code, and the beginnings of those that are put together."""
    code = [*HERE.rglob("*.py"), *(HERE.parent.parent / "kiosk").glob("*.py")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in (*HERE.rglob("*.html"), *SCRIPTS, *code))
    begun = re.findall(r"""([A-Za-z][\w-]*-|(?<=[" ])[a-z])\{\{""", text) + re.findall(r'"([a-z-]+-)" ?~', text)
    return frozenset(re.findall(r"[A-Za-z_][\w-]*", text)), tuple(set(begun))
