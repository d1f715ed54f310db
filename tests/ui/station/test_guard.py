"""Nobody but this machine's own browser gets anything from the touch screen."""

import base64
import os
import subprocess
import sys
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser
from starlette.routing import Route

from kiosk.words import load_words
from tests.ui.station.conftest import TOKEN, Served
from tests.ui.station.scripted import Scripted
from ui.station.app import build_app

ROUTES = tuple(
    sorted({route.path for route in build_app(Scripted(), load_words("zh"), TOKEN, lambda _: ()).routes
     if isinstance(route, Route)})
)  # fmt: skip
OTHERS = (
    "/static/station.css",
    "/static/../app.py",
    "/static/",
    "/enter",
    "/enter?token=",
    "/enter?token=wrong",
    "/nowhere",
)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "LOOK")
# Another user's process asks for everything; what it got stands on its output.
STRANGER = """
import http.client, sys
host, methods, routes = sys.argv[1], sys.argv[2].split(), sys.argv[3].split()
for method in methods:
    for route in routes:
        for cookie in ("", "liangzheng=", "liangzheng=wrong"):
            line = http.client.HTTPConnection(host, timeout=10)
            line.request(method, route, headers={"Cookie": cookie} if cookie else {})
            answer = line.getresponse()
            print(answer.status, answer.getheader("set-cookie"), len(answer.read()) > 400)
            line.close()
"""


@pytest.mark.parametrize("method", METHODS)
def test_nothing_without_the_token(served: Served, method: str) -> None:
    for route in (*ROUTES, *OTHERS):
        answer = httpx.request(method, served.address + route)
        assert answer.status_code in (400, 403), route  # 400: no such method, says the server before us
        assert "set-cookie" not in answer.headers, route
        assert TOKEN not in answer.text, route


def test_a_process_of_another_user_gets_nothing(served: Served) -> None:
    asked = (" ".join(METHODS[:7]), " ".join((*ROUTES, *OTHERS)))
    command = [sys.executable if os.geteuid() else "/usr/bin/python3", "-I", "-c", STRANGER]
    done = subprocess.run(
        [*command, urlsplit(served.address).netloc, *asked],
        user=65534 if os.geteuid() == 0 else None, capture_output=True, text=True, check=True, cwd="/",
    )  # fmt: skip
    assert set(done.stdout.splitlines()) == {"403 None False"}


def test_a_websocket_is_refused(served: Served) -> None:
    asked = {
        "connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
        "sec-websocket-key": base64.b64encode(bytes(16)).decode(),
    }  # fmt: skip
    assert httpx.get(f"{served.address}/live", headers=asked).status_code == 403


def test_a_page_on_another_port_of_this_machine_gets_nothing(served: Served, chromium: Browser) -> None:
    """The browser sends it the same cookies: what it asks for says where it comes from."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served.address}/enter?token={TOKEN}")
    port = urlsplit(served.address).port
    context.route("http://127.0.0.1:1/**", lambda route: route.fulfill(body="<h1>other</h1>", content_type="text/html"))
    other = context.new_page()
    other.goto("http://127.0.0.1:1/")
    answers = other.evaluate(STEALING, port)
    context.close()
    assert answers == ["TypeError"] * len(answers)
    assert served.attendant.taps == []


STEALING = """async (port) => {
    const asked = [["GET", "/", {}], ["GET", "/screen", {}], ["GET", "/live", {}], ["GET", "/preview.jpg", {}],
        ["GET", "/static/station.js", {}], ["POST", "/act", {body: "action=abandon"}], ["POST", "/alive", {}]];
    const got = [];
    for (const [method, path, more] of asked) for (const mode of ["cors", "no-cors"])
        try {
            const how = {method, mode, credentials: "include", ...more};
            const answer = await fetch(`http://127.0.0.1:${port}${path}`, how);
            got.push(`${mode} ${method} ${path} ${answer.status}`);
        } catch (refused) { got.push(refused.name); }
    return got;
}"""


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_asks_for_is_refused(served: Served, site: str) -> None:
    with served.browser() as browser:
        for route in ROUTES:
            assert browser.get(route, headers={"sec-fetch-site": site}).status_code == 403, route


@pytest.mark.parametrize(("page", "address"), [("", "/"), ("turn", "/"), ("board", "/board"), ("//evil.example", "/")])
def test_the_way_in_from_a_file_leads_on_from_a_page_of_ours(served: Served, page: str, address: str) -> None:
    """A strict cookie does not go with a step that a foreign page began."""
    asked = {"token": TOKEN, "page": page}, {"sec-fetch-site": "cross-site"}
    answer = httpx.get(f"{served.address}/enter", params=asked[0], headers=asked[1])
    assert answer.status_code == 200
    assert f'url={address}"' in answer.text
    assert "set-cookie" in answer.headers


@pytest.mark.parametrize("host", ["liangzheng.example", "127.0.0.1.example:80", "", "192.168.1.5"])
def test_only_the_loopback_is_a_host(served: Served, host: str) -> None:
    answer = httpx.get(served.address + "/", headers={"host": host, "cookie": f"liangzheng={TOKEN}"})
    assert answer.status_code == 400


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "http://evil.example", "null"])
def test_another_page_cannot_tap(served: Served, origin: str) -> None:
    with served.browser() as browser:
        answer = browser.post("/act", data={"action": "abandon"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert served.attendant.taps == []


def test_own_page_may_tap(served: Served) -> None:
    with served.browser() as browser:
        answer = browser.post("/act", data={"action": "abandon"}, headers={"origin": served.address})
    assert answer.status_code == 200
    assert served.attendant.taps == ["abandon"]


@pytest.mark.parametrize("route", ["/", "/static/station.js", "/preview.jpg", "/forbidden", "/alive"])
def test_every_answer_is_sealed(served: Served, route: str) -> None:
    with served.browser() as browser:
        headers = browser.get(route).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy
    assert "media-src 'self'" in policy
    assert "frame-src 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] in ("no-store", "no-cache")


def test_the_token_cookie_is_out_of_reach_of_scripts_and_other_sites(served: Served) -> None:
    answer = httpx.get(served.address + "/enter", params={"token": TOKEN})
    assert answer.headers["location"] == "/"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
