"""Every address of the app, asked by somebody whom nobody knows: only what is meant for all is answered."""

import re

import httpx
from starlette.routing import BaseRoute, Mount, Route

from tests.ui.county.conftest import Desk
from tests.ui.county.tracing.scene import Scene
from ui.county.web.doors import Guard

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
KEPT_OUT = {303, 401, 403, 405}  # to the door, not signed in, not from our own page, no such way to ask
PUBLIC = {
    "/C/{text}", "/c/{text}", "/N/{text}", "/n/{text}", "/n", "/healthz",
    "/api/1/certificate/{number}", "/api/1/code/{text}", "/api/1/health", "/api/1/openapi.json",
}  # fmt: skip
DOORS = {"/sign-in", "/sign-in/code"}  # where one comes in
STATIC = "/static"


def paths(routes: list[BaseRoute], before: str = "") -> list[tuple[str, Route]]:
    """Every route, also of the apps inside; files of style and script apart."""
    found: list[tuple[str, Route]] = []
    for route in routes:
        if isinstance(route, Mount) and before + route.path != STATIC:
            found += paths(list(route.routes), before + route.path)
        elif isinstance(route, Route):
            found.append((before + route.path, route))
        else:
            assert isinstance(route, Mount), route  # a kind of route that this crawl does not know
    return found


def test_what_is_open_is_listed(desk: Desk) -> None:
    open_ones = {path for path, route in paths(desk.app.routes) if not isinstance(route, Guard)}
    assert open_ones == PUBLIC | DOORS


def test_nobody_is_answered_without_signing_in(desk: Desk, scene: Scene, public: httpx.Client) -> None:
    """With names of entries that are there: a page that forgot its guard would have something to show."""
    known = {"log": desk.box.log, "seq": str(scene.seqs["test"]), "station": "gasa", "digest": "ef" * 32}
    answered = []
    for pattern, route in paths(desk.app.routes):
        if pattern in PUBLIC | DOORS:
            continue
        path = re.sub(r"{(\w+)(:\w+)?}", lambda one: known.get(one[1], "1"), pattern)
        for method in METHODS:
            answer = public.request(method, path)
            if answer.status_code not in KEPT_OUT:
                answered.append((method, path, answer.status_code))
            assert scene.certificate.subject.name not in answer.text
        assert isinstance(route, Guard), pattern
    assert answered == []


def test_the_public_pages_take_nothing_in(public: httpx.Client, scene: Scene) -> None:
    for path in (f"/C/{scene.token}", f"/N/{scene.certificate.number}", "/api/1/health"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert public.request(method, path).status_code == 405, (method, path)
