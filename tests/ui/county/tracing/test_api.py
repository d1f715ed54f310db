"""The public interface: it sends what the page says, its document is true, and nothing that is sent to it breaks it."""

import base64
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator

from kiosk.words import load_words
from tests.support.site import Site
from tests.ui.county.conftest import Desk, served
from tests.ui.county.tracing.conftest import open_to
from tests.ui.county.tracing.scene import VOUCHER, Scene
from ui.county.web.api import language_of
from ui.county.web.outside import Outside
from ui.county.web.rate import Rate, Rates

ZH, EN = load_words("zh"), load_words("en")
API = "/api/1"
ENDLESS = Rate(1e9, 1e9)


def test_by_code_and_by_number_the_same_batch(scene: Scene, public: httpx.Client) -> None:
    by_code = public.get(f"{API}/code/{scene.token}").json()
    by_number = public.get(f"{API}/certificate/{scene.certificate.number}").json()
    assert by_code["check"].pop("sealed") is True
    assert by_number["check"].pop("sealed") is False  # a number can be copied by anybody
    assert by_code == by_number
    assert (by_code["quantity"], by_code["unit"], by_code["date"]) == ("160", "kg", "2026-11-22")
    assert [step["number"] for step in by_code["forward"][:2]] == [scene.mixed.number, VOUCHER]


def test_languages_are_chosen_by_the_asker(scene: Scene, public: httpx.Client) -> None:
    path = f"{API}/code/{scene.token}"
    answers = {
        wish: public.get(path, headers={"accept-language": wish}) for wish in ("en-GB,zh;q=0.5", "zh-CN", "fr", "")
    }
    told = [(one.headers["content-language"], one.json()["product_name"]) for one in answers.values()]
    assert told == [("en", "Cowpea"), ("zh", "豆角"), ("zh", "豆角"), ("zh", "豆角")]
    assert {one.headers["vary"] for one in answers.values()} == {"accept-language"}


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("en", "en"),
        ("fr, en;q=0.2, zh;q=0.1", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=0", "xx"),
        ("en;q=x, ;;,", "xx"),
        ("*", "xx"),
    ],
)
def test_of_wishes_the_strongest_counts(wishes: str, language: str) -> None:
    assert language_of(wishes, ("zh", "en"), "xx") == language


def test_any_page_may_ask(scene: Scene, public: httpx.Client) -> None:
    for path in (f"code/{scene.token}", "certificate/x", "health", "openapi.json", "nothing"):
        answer = public.get(f"{API}/{path}", headers={"origin": "https://shop.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("certificate/x", 400, "number_garbled"),
        ("certificate/53042700000000000", 404, "number"),
        ("certificate/5304277K3M9QX2VHA", 404, "number"),
        ("code/0", 400, "garbled"),
        (f"code/{'A' * 600}", 400, "garbled"),
        ("code/AAAAAAAA", 404, "forged"),
        (f"code/{base64.b32encode(bytes(range(200))).decode().rstrip('=')}", 404, "forged"),
        ("code/..%2F..%2Fetc", 404, "nothing"),
        ("code/%00%00%00%00%00%00%00%00", 400, "garbled"),
        ("code/%F0%9F%8D%85", 400, "garbled"),
        ("", 404, "nothing"),
        ("entry/1", 404, "nothing"),
    ],
)
def test_mistakes_are_told_in_both_languages(public: httpx.Client, path: str, status: int, name: str) -> None:
    for words in (ZH, EN):
        answer = public.get(f"{API}/{path}", headers={"accept-language": words.language})
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, problem["status"]) == (status, status)
        assert problem["type"] == f"urn:liangzheng:problem:{name}"
        assert problem["title"] == words.say(f"county.wrong.{name}_title")
        assert "<script" not in answer.text


def test_only_reading_is_offered(public: httpx.Client) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = public.request(method, f"{API}/health")
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
        assert answer.json()["type"] == "urn:liangzheng:problem:method"


def test_no_database_yet_is_a_problem_and_no_fault(desk: Desk, tmp_path: Path) -> None:
    desk.start(tmp_path / "none.db")
    with served(desk) as address:
        answer = httpx.get(f"{address}{API}/health")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:liangzheng:problem:starting")


def test_the_document_says_what_every_member_is(public: httpx.Client) -> None:
    for words in (ZH, EN):
        document = public.get(f"{API}/openapi.json", headers={"accept-language": words.language}).json()
        assert document["info"]["title"] == words.say("county.api.title")
        for name, schema in document["components"]["schemas"].items():
            Draft202012Validator.check_schema(schema)
            assert schema["description"] == words.say(f"county.api.part.{name}")
            for member, inner in schema.get("properties", {}).items():
                assert inner["description"] == words.say(f"county.api.member.{member}"), (name, member)


def test_its_examples_are_true(public: httpx.Client) -> None:
    document = public.get(f"{API}/openapi.json").json()
    shown = json.loads((resources.files("ui.county.tracing") / "examples.json").read_text(encoding="utf-8"))
    paths = {one["get"]["operationId"]: one["get"]["responses"]["200"] for one in document["paths"].values()}
    for name, example in shown.items():
        content = paths[name]["content"]["application/json"]
        assert content["example"] == example
        errors = Draft202012Validator(content["schema"] | {"components": document["components"]}).iter_errors(example)
        assert [error.message for error in errors] == []


def test_schemathesis_finds_nothing(desk: Desk, site: Site, scene: Scene, tmp_path: Path) -> None:
    """All its checks, on papers that are there and on whatever it thinks of."""
    open_to(desk, site, Outside(rates=Rates(ENDLESS, ENDLESS)))
    with served(desk) as address:
        document = httpx.get(f"{address}{API}/openapi.json").json()
        for path, example in (("certificate/{number}", VOUCHER), ("code/{text}", scene.token)):
            document["paths"][f"/{path}"]["get"]["parameters"][0]["example"] = example
        (tmp_path / "openapi.json").write_text(json.dumps(document))
        program = Path(sys.executable).with_name("schemathesis")
        options = "--checks all --max-examples 15 --seed 7 --no-color --generation-database none --warnings off"
        command = [str(program), "run", "openapi.json", "--url", f"{address}{API}", *options.split()]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "4 selected / 4 total" in done.stdout
