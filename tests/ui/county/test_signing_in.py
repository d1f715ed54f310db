"""Signing in at the county's pages: who comes in, who is kept out, and that both stand in the county's own log."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import httpx
import pyotp
import pytest
from starlette.routing import Mount, Route

from kiosk.contract import verify, write
from kiosk.rules.messages import UserPut
from kiosk.rules.messages.office import ROLES
from kiosk.trust import public_bytes
from kiosk.words import load_words
from tests.support.accounts import PASSWORD
from tests.ui.county.conftest import DEADLINE, Desk, served
from ui.county.accounts.entering import FREE, KNOCKS
from ui.county.accounts.roles import RIGHTS, Right, Role
from ui.county.accounts.sessions import HALF, IDLE, LONGEST
from ui.county.acted import Acted
from ui.county.migration import open_reader
from ui.county.reader import Reader
from ui.county.sql import Where
from ui.county.web.doors import COOKIE, Guard

ZH = load_words("zh")
MINUTE = timedelta(minutes=1)
OWN = {"sec-fetch-site": "same-origin", "accept": "text/html"}
# What anybody may open: codes and numbers on paper, signing in, and whether the program is well.
PUBLIC = {"/C/{text}", "/c/{text}", "/N/{text}", "/n/{text}", "/n", "/healthz", "/sign-in", "/sign-in/code"}


@pytest.fixture
def guest(desk: Desk) -> Iterator[httpx.Client]:
    """The browser of somebody whom nobody knows yet."""
    with served(desk) as address, httpx.Client(base_url=address, timeout=DEADLINE, headers=OWN) as client:
        yield client


def enters(client: httpx.Client, account: str, password: str = PASSWORD, to: str = "/") -> httpx.Response:
    return client.post("/sign-in", data={"account": account, "password": password, "to": to})


def bearing(client: httpx.Client, cookies: dict[str, str]) -> httpx.Client:
    """The same browser with other cookies."""
    client.cookies.clear()
    client.cookies.update(cookies)
    return client


def deeds(desk: Desk) -> list[tuple[str, str]]:
    """Kind of every act and what was done, oldest first."""
    with closing(open_reader(desk.file)) as sql:
        found = Acted(sql).page().deeds
    return [(one.kind, str(getattr(one.act, "what", ""))) for one in reversed(found)]


def test_every_route_asks_for_a_right_or_is_meant_for_everybody(desk: Desk) -> None:
    open_ones = {route.path for route in desk.app.routes if isinstance(route, Route) and not isinstance(route, Guard)}
    assert open_ones == PUBLIC
    assert [route.path for route in desk.app.routes if isinstance(route, Mount)] == ["/api/1", "/static"]


def test_every_role_of_the_contract_has_rights() -> None:
    assert tuple(role.value for role in Role) == ROLES == tuple(role.value for role in RIGHTS)


def test_nobody_sees_a_page_without_signing_in(desk: Desk, guest: httpx.Client) -> None:
    for route in desk.app.routes:
        if isinstance(route, Guard):
            path = route.path.replace("{log}", "0" * 32).replace("{seq:int}", "1").replace("{account}", "x")
            for method in (route.methods or set()) - {"HEAD"}:
                answer = guest.request(method, path)
                assert answer.status_code == (303 if method == "GET" else 401), (method, path)
                assert answer.headers.get("location", "/sign-in").startswith("/sign-in")


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_its_pages_and_no_other(desk: Desk, guest: httpx.Client, role: Role) -> None:
    guest.cookies.update(desk.accounts.cookies(role, account="somebody"))
    for path, right in (("/", Right.LIVE), ("/stations", Right.LIVE), ("/acts", Right.ACTS), ("/users", Right.USERS)):
        assert guest.get(path).status_code == (200 if right in RIGHTS[role] else 403), path
    assert guest.post("/users", data={}).status_code == (422 if Right.USERS in RIGHTS[role] else 403)


def test_a_password_opens_and_leaving_closes(desk: Desk, guest: httpx.Client) -> None:
    desk.accounts.put("wang", "officer")
    assert guest.get("/stations").headers["location"] == "/sign-in?to=/stations"
    answer = enters(guest, " Wang ", to="/stations")
    assert (answer.status_code, answer.headers["location"]) == (303, "/stations")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "Wang" in guest.get("/stations").text
    borne = guest.cookies[COOKIE]
    assert guest.post("/sign-out").headers["location"] == "/sign-in"
    assert bearing(guest, {COOKIE: borne}).get("/").status_code == 303
    assert deeds(desk)[-2:] == [("user.session", "in"), ("user.session", "out")]


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "x"]
)
def test_signing_in_leads_to_no_other_place(desk: Desk, guest: httpx.Client, to: str) -> None:
    desk.accounts.put("wang", "officer")
    assert enters(guest, "wang", to=to).headers["location"] == "/"


def test_a_form_of_somebody_else_does_nothing(desk: Desk, guest: httpx.Client) -> None:
    desk.accounts.put("wang", "officer")
    for strange in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}):
        assert guest.post("/sign-in", data={}, headers=strange).status_code == 403
    guest.headers.pop("sec-fetch-site")
    for origin in ({}, {"origin": "null"}, {"origin": "http://evil.example"}):
        assert guest.post("/sign-in", data={}, headers=origin).status_code == 403
    ours = {"origin": str(guest.base_url).rstrip("/")}
    borne = {"account": "wang", "password": PASSWORD}
    assert guest.post("/sign-in", data=borne, headers=ours).status_code == 303
    assert guest.post("/sign-out", headers={"origin": "http://evil.example"}).status_code == 403
    assert guest.get("/").status_code == 200


def test_wrong_tries_cost_time_and_are_told(desk: Desk, guest: httpx.Client) -> None:
    desk.accounts.put("wang", "officer")
    for _ in range(FREE):
        answer = enters(guest, "wang", "wrong-password")
        assert (answer.status_code, ZH.say("county.door.wrong") in answer.text) == (422, True)
    assert ZH.say("county.door.locked", minutes=1) in enters(guest, "wang").text  # the right one, too late
    assert deeds(desk)[-1] == ("user.session", "locked")
    desk.at += timedelta(minutes=2)
    enters(guest, "wang", "wrong-password")
    assert ZH.say("county.door.locked", minutes=2) in enters(guest, "wang").text
    desk.at += timedelta(minutes=3)
    assert enters(guest, "wang").status_code == 303


def test_names_that_are_no_account_are_told_alike_and_counted(desk: Desk, guest: httpx.Client) -> None:
    desk.accounts.put("wang", "officer")
    known, unknown = enters(guest, "wang", "wrong-password").text, enters(guest, "nobody", "wrong-password").text
    assert re.sub("wang|nobody", "", known) == re.sub("wang|nobody", "", unknown)
    for nth in range(KNOCKS):
        enters(guest, f"nobody{nth}")
    assert ZH.say("county.door.knocked", minutes=15) in enters(guest, "wang").text
    desk.at += timedelta(minutes=16)
    assert enters(guest, "wang").status_code == 303


@pytest.mark.parametrize(
    ("rest", "stands"), [(IDLE - timedelta(minutes=1), True), (IDLE + timedelta(minutes=1), False)]
)
def test_who_rests_too_long_signs_in_again(desk: Desk, guest: httpx.Client, rest: timedelta, stands: bool) -> None:
    desk.accounts.put("wang", "officer")
    enters(guest, "wang")
    desk.at += rest
    assert guest.get("/").status_code == (200 if stands else 303)
    assert (("user.session", "idle") in deeds(desk)) is not stands


def test_no_session_is_longer_than_a_day_of_work(desk: Desk, guest: httpx.Client) -> None:
    desk.accounts.put("wang", "officer")
    enters(guest, "wang")
    began = desk.at
    while desk.at - began < LONGEST:
        assert guest.get("/").status_code == 200
        desk.at += IDLE - timedelta(minutes=1)
    assert guest.get("/").status_code == 303


def test_a_code_is_asked_of_who_has_a_generator(desk: Desk, guest: httpx.Client) -> None:
    desk.accounts.put("wang", "officer")
    enters(guest, "wang")
    page = guest.get("/me/codes").text
    (secret,) = re.findall(r'name="secret" value="([A-Z2-7]{32})"', page)
    totp = pyotp.TOTP(secret)
    wrong = guest.post("/me/codes", data={"secret": secret, "code": "000000"})
    assert wrong.status_code == 422
    assert secret in wrong.text
    assert guest.post("/me/codes", data={"secret": secret, "code": totp.at(desk.at)}).status_code == 303
    guest.post("/sign-out")

    half = enters(guest, "wang", to="/stations")
    assert half.headers["location"] == "/sign-in/code?to=/stations"
    assert guest.get("/").status_code == 303  # half is not in
    used = guest.post("/sign-in/code", data={"code": totp.at(desk.at)})
    assert ZH.say("county.door.code") in used.text  # the one that set it up
    desk.at += timedelta(seconds=30)
    before = guest.cookies[COOKIE]
    assert (
        guest.post("/sign-in/code", data={"code": totp.at(desk.at), "to": "/stations"}).headers["location"]
        == "/stations"
    )
    assert guest.cookies[COOKIE] != before
    assert guest.get("/").status_code == 200
    assert bearing(guest, {COOKIE: before}).get("/").status_code == 303  # half opens nothing more


def test_the_code_has_to_come_soon(desk: Desk, guest: httpx.Client) -> None:
    secret = pyotp.random_base32()
    desk.accounts.put("wang", "officer")
    enters(guest, "wang")
    guest.post("/me/codes", data={"secret": secret, "code": pyotp.TOTP(secret).at(desk.at)})
    guest.post("/sign-out")
    enters(guest, "wang")
    desk.at += HALF + timedelta(seconds=30)
    late = guest.post("/sign-in/code", data={"code": pyotp.TOTP(secret).at(desk.at)})
    assert ZH.say("county.door.again") in late.text
    assert guest.get("/").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "why"),
    [
        ("wrong", "a-new-river-7", "a-new-river-7", "old_wrong"),
        (PASSWORD, "a-new-river-7", "a-new-river-8", "differs"),
        (PASSWORD, PASSWORD, PASSWORD, "same"),
        (PASSWORD, "short-1", "short-1", "password_short"),
        (PASSWORD, "x" * 129, "x" * 129, "password_long"),
        (PASSWORD, "is-wang-there", "is-wang-there", "password_own_name"),
        (PASSWORD, "1234567890", "1234567890", "password_guessed"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "password_guessed"),
        (PASSWORD, "password1234", "password1234", "password_guessed"),
    ],
)
def test_a_password_that_cannot_be_is_told_why(
    desk: Desk, guest: httpx.Client, old: str, new: str, again: str, why: str
) -> None:
    desk.accounts.put("wang", "officer")
    enters(guest, "wang")
    answer = guest.post("/me/password", data={"old": old, "new": new, "again": again})
    assert answer.status_code == 422
    assert ZH.say(f"county.door.{why}", least=10, most=128) in answer.text
    guest.post("/sign-out")
    assert enters(guest, "wang").status_code == 303


def test_a_changed_password_ends_the_other_browsers(desk: Desk, guest: httpx.Client) -> None:
    desk.accounts.put("wang", "officer")
    other = {COOKIE: desk.accounts.token("wang")}
    enters(guest, "wang")
    assert guest.post(
        "/me/password", data={"old": PASSWORD, "new": "a-new-river-7", "again": "a-new-river-7"}
    ).is_redirect
    assert guest.get("/").status_code == 200
    mine = dict(guest.cookies)
    assert bearing(guest, other).get("/").status_code == 303
    assert bearing(guest, mine).get("/").status_code == 200


# --- accounts --------------------------------------------------------------------------------------------------------


def test_an_administrator_hires_changes_and_ends(desk: Desk, guest: httpx.Client) -> None:
    guest.cookies.update(desk.accounts.cookies("administrator", account="admin"))
    new = {"id": "li", "name": "李监管", "role.township": "on", "regions": "530427100, 530427101", "reason": "new"}
    page = guest.post("/users", data=new).text
    (first,) = re.findall(r"<code>([a-z0-9]{12})</code>", page)
    assert "530427100 530427101" in guest.get("/users").text

    with httpx.Client(base_url=guest.base_url, timeout=DEADLINE, headers=OWN) as theirs:
        assert enters(theirs, "li", first).headers["location"] == "/"
        assert theirs.get("/").headers["location"] == "/me/password"  # it is somebody else's word until it is changed
        theirs.post("/me/password", data={"old": first, "new": "a-new-river-7", "again": "a-new-river-7"})
        assert theirs.get("/").status_code == 200
        assert guest.post("/users", data={**new, "role.officer": "on", "regions": ""}).is_redirect is False
        assert theirs.get("/acts").status_code == 403
        changed = {"id": "li", "name": "李监管", "role.officer": "on"}
        assert guest.post("/users", data=changed).headers["location"] == "/users/li"
        assert theirs.get("/acts").status_code == 200  # at once
        assert guest.post("/users/li/end", data={"reason": "moved"}).headers["location"] == "/users"
        assert theirs.get("/").status_code == 303
        assert ZH.say("county.door.wrong") in enters(theirs, "li", "a-new-river-7").text
    assert guest.post("/users/admin/end").status_code == 409
    assert deeds(desk)[-2:] == [("user.ended", ""), ("user.session", "ended")]


@pytest.mark.parametrize(
    ("bent", "why"),
    [
        ({"id": "Li"}, ("id", {"id": "Li"})),
        ({"id": "l'i"}, ("id", {"id": "l'i"})),
        ({"name": ""}, ("name", {"most": 60})),
        ({"role.officer": None}, ("roles", {"roles": ", ".join(Role)})),
        ({"regions": "5304271"}, ("region", {"region": "5304271"})),
        ({"role.market": "on"}, ("whole", {})),
        ({"until": "2026-02-30"}, ("until", {"until": "2026-02-30"})),
    ],
)
def test_an_account_that_cannot_be_is_told_why(
    desk: Desk, guest: httpx.Client, bent: dict[str, str | None], why: tuple[str, dict[str, object]]
) -> None:
    guest.cookies.update(desk.accounts.cookies("administrator", account="admin"))
    facts = {"id": "li", "name": "Li", "role.officer": "on", **bent}
    answer = guest.post("/users", data={name: text for name, text in facts.items() if text is not None})
    assert answer.status_code == 422
    assert httpx_text(answer).count(ZH.say(f"problem.office.user.{why[0]}", **why[1])) == 1
    with closing(open_reader(desk.file)) as sql:
        assert sql.execute("select count(*) from account").fetchone()[0] == 1


def httpx_text(answer: httpx.Response) -> str:
    return answer.text.replace("&#39;", "'").replace("&quot;", '"')


def test_a_lost_phone_and_a_forgotten_password_are_an_administrators(desk: Desk, guest: httpx.Client) -> None:
    guest.cookies.update(desk.accounts.cookies("administrator", account="admin"))
    desk.accounts.put("wang", "officer")
    theirs = {COOKIE: desk.accounts.token("wang")}
    page = guest.post("/users/wang/password").text
    (first,) = re.findall(r"<code>([a-z0-9]{12})</code>", page)
    assert guest.post("/users/wang/codes").is_redirect
    assert guest.post("/users/nobody/password").status_code == 404
    assert bearing(guest, theirs).get("/").status_code == 303
    assert enters(guest, "wang", first).status_code == 303
    assert deeds(desk)[-3:] == [("user.secret", "password"), ("user.secret", "codes_off"), ("user.session", "in")]


# --- the county's own log --------------------------------------------------------------------------------------------


def test_acts_are_entries_that_the_office_key_signed(where: Where) -> None:
    with closing(Desk(where)) as desk:
        desk.accounts.put("wang", "officer")
        desk.accounts.put("li", "auditor")
        with Reader(where) as reader, closing(open_reader(where)) as sql:
            found = Acted(sql).page()
            log = found.deeds[0].log
            head = reader.head(log)
            kept = [reader.entry(log, seq) for seq in range(1, 4)]
        assert head is not None
        assert head.through == 3
        assert [one.kind for one in found.deeds] == ["user.put", "user.put", "log.opened"]
        for one in kept:
            assert one is not None
            verify(one.envelope, public_bytes(desk.county.office))
        assert desk.database.unpublished(10) == []  # nothing of it goes on the feed


def test_a_station_makes_no_account(desk: Desk) -> None:
    """An act in a station's log is an entry that nobody knows."""
    box = desk.box
    act = write(
        UserPut("mallory", "M", ("administrator",)),
        log=box.log, seq=1, time=box.at.isoformat(timespec="milliseconds"), clock="ntp", salt=bytes(16), key=box.key,
    )  # fmt: skip
    desk.take(act)
    with closing(open_reader(desk.file)) as sql:
        assert sql.execute("select count(*) from account").fetchone()[0] == 0
        assert sql.execute("select count(*) from act").fetchone()[0] == 0
