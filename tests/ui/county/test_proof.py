"""The proof that the county's page gives, in both forms, judged by the one who downloads it."""

from contextlib import closing

import httpx

from kiosk.trust import Trust
from kiosk.verify import County, Verdict
from kiosk.verify_proof import judge_proof
from tests.support.bodies import a_test
from tests.ui.county.conftest import NOW, Desk
from ui.county.database import open_reader

FORMS = ("proof.json", "proof.tlog-proof")


def test_both_forms_convince_whoever_has_the_root(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened(), desk.box.write(a_test()), desk.box.write(desk.box.certificate(tests=(2,))))
    known = desk.county.trust
    bare = Trust(known.county, known.root, known.grants[:3])
    for form in FORMS:
        answer = web.get(f"/entry/{desk.box.log}/3/{form}")
        assert form.rpartition(".")[2] in answer.headers["content-disposition"]
        checked = judge_proof(answer.content, [County(bare)], NOW.date())
        assert (checked.verdict, checked.why.key) == (Verdict.GENUINE, "verify.genuine.unlisted")
    assert f"/entry/{desk.box.log}/3/proof.tlog-proof" in web.get(f"/entry/{desk.box.log}/3").text


def test_an_entry_that_was_not_receipted_has_no_proof(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened(), receipt=False)
    assert {web.get(f"/entry/{desk.box.log}/1/{form}").status_code for form in FORMS} == {404}


def test_what_the_office_did_is_proved_as_well(desk: Desk, web: httpx.Client) -> None:
    """The county's own log: its grant is for the office, and the witness has signed how far it goes."""
    desk.accounts.put("wang", "officer")
    with closing(open_reader(desk.file)) as sql:
        head = sql.execute("select * from head where station = 'office'").fetchone()
    log, through, root = head["log"], head["through"], bytes(head["root"])
    desk.database.receipted(log, through, desk.county.receipt(log, through, root))
    for form in FORMS:
        answer = web.get(f"/entry/{log}/2/{form}")
        checked = judge_proof(answer.content, [County(desk.county.trust)], NOW.date())
        assert (checked.verdict, checked.why.key) == (Verdict.GENUINE, "verify.proof.whole")
    spoilt = web.get(f"/entry/{log}/2/proof.json").content.replace(b"user.put", b"user.pot")
    assert judge_proof(spoilt, [County(desk.county.trust)], NOW.date()).verdict is Verdict.FALSE
