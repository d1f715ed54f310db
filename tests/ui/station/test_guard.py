"""Nobody but this machine's own browser gets anything from the touch screen."""

import httpx
import pytest

from tests.ui.station.conftest import TOKEN, Served

ROUTES = ("/", "/devices", "/screen", "/live", "/preview.jpg", "/static/station.css", "/enter?token=wrong", "/nowhere")


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_without_the_token(served: Served, route: str) -> None:
    answer = httpx.get(served.address + route)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


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


@pytest.mark.parametrize("route", ["/", "/static/station.js", "/preview.jpg", "/forbidden"])
def test_every_answer_is_sealed(served: Served, route: str) -> None:
    with served.browser() as browser:
        headers = browser.get(route).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] in ("no-store", "no-cache")


def test_the_token_cookie_is_out_of_reach_of_scripts_and_other_sites(served: Served) -> None:
    answer = httpx.get(served.address + "/enter", params={"token": TOKEN})
    assert answer.headers["location"] == "/"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
