"""Under which names the public asks, and what it is told when it asks too often."""

import httpx

from kiosk.words import load_words
from tests.support.site import Site
from tests.ui.county.conftest import Desk, served
from tests.ui.county.tracing.conftest import open_to
from tests.ui.county.tracing.scene import Scene
from ui.county.web.outside import Outside
from ui.county.web.rate import Rate, Rates

ZH = load_words("zh")


HOSTS = {
    "lz.example.cn": 200,
    "LZ.Example.CN": 200,
    "lz.example.cn:443": 200,
    "old.example.cn": 200,
    "127.0.0.1:8700": 200,
    "[::1]:8700": 200,
    "evil.example": 421,
    "lz.example.cn.evil.example": 421,
}


def test_old_papers_keep_opening_and_strange_names_do_not(desk: Desk, site: Site, scene: Scene) -> None:
    open_to(desk, site, Outside("lz.example.cn", ("old.example.cn",)))
    with served(desk) as address, httpx.Client(base_url=address) as client:
        for path in (f"/C/{scene.token}", f"/N/{scene.certificate.number}", f"/api/1/code/{scene.token}"):
            answers = {host: client.get(path, headers={"host": host}) for host in HOSTS}
            assert {host: answer.status_code for host, answer in answers.items()} == HOSTS
            for host, answer in answers.items():
                if HOSTS[host] == 200:  # what is handed on is the name of today
                    assert f"https://lz.example.cn/N/{scene.certificate.number}" in answer.text
                    assert "old.example.cn" not in answer.text


def test_who_asks_too_often_is_told_how_long_to_wait(desk: Desk, site: Site, scene: Scene) -> None:
    now = [0.0]
    rates = Rates(Rate(2, 0.25), Rate(100, 100))
    open_to(desk, site, Outside(rates=rates, clock=lambda: now[0]))
    path, me = f"/C/{scene.token}", {"x-forwarded-for": "203.0.113.9"}
    with served(desk) as address:
        assert [httpx.get(address + path, headers=me).status_code for _ in range(3)] == [200, 200, 429]
        refused = httpx.get(address + path, headers=me)
        assert refused.headers["retry-after"] == "4"
        assert ZH.say("county.wrong.often", seconds=4) in refused.text
        problem = httpx.get(f"{address}/api/1/code/{scene.token}", headers=me | {"accept-language": "en"})
        assert (problem.status_code, problem.headers["retry-after"]) == (429, "4")
        assert problem.json()["type"] == "urn:liangzheng:problem:often"
        assert httpx.get(address + path, headers={"x-forwarded-for": "203.0.113.10"}).status_code == 200
        now[0] = 4.0
        assert httpx.get(address + path, headers=me).status_code == 200
        assert httpx.get(f"{address}/healthz").status_code == 200
