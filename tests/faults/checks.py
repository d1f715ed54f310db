"""Part `checks`: the handed-out checking program beside our own, over mutated codes: same verdict, none accepted."""

import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random

from kiosk.hand_out import check_certificate as handed
from kiosk.revoked_list import open_list
from kiosk.verify import County, Why, judge
from tests.faults.book import Found, Units
from tests.fuzz.mutate import damaged
from tests.support.bodies import START
from tests.support.checked import TODAY, Checking, days, relinked, token_of

COUNT = 100_000
AT_ONCE = 2_000


def units(seed: int, count: int | None) -> Units:
    for begin in range(0, count or COUNT, AT_ONCE):
        yield f"{begin}", partial(checked, seed, begin, min(AT_ONCE, (count or COUNT) - begin))


def checked(seed: int, begin: int, count: int) -> Found:
    """So many mutations of codes of every fate, each judged twice."""
    at_hand = Checking()
    gone = at_hand.granted("gone box", "2026-01-01", "2036-01-01", "gasa-04")
    at_hand.revoke(gone, "2026-11-23", 4)
    papers = [
        at_hand.paper(1),
        at_hand.paper(2),
        at_hand.paper(3, box=gone),
        at_hand.paper(4, at=START + days(1), box=gone),
    ]
    tokens = [token_of(text) for _, text in papers]
    wrong, ends = list[str](), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="liangzheng-checks-") as folder:
        file = Path(folder) / "list"
        at_hand.list_file(file, {papers[1][0].number: Why.ORDER})
        theirs = handed.County(at_hand.trust.bytes())
        listed = handed.Revoked(file.read_bytes(), theirs)
        with open_list(file, at_hand.trust) as revoked:
            ours = County(at_hand.trust, revoked)
            for nth in range(begin, begin + count):
                token = damaged(Random(f"{seed}/{nth}"), tokens) or b"\0"
                told = judge(relinked(token).encode(), [ours], TODAY)
                said = handed.judge(relinked(token), theirs, listed, TODAY)
                ends[f"{told.verdict}"] += 1
                if (told.verdict.value, told.why.key) != (said["verdict"], said["why"][0]):
                    wrong.append(f"{nth}: we say {told.why.key}, the handed-out program {said['why'][0]}")
                if told.code is not None and token not in tokens:
                    wrong.append(f"{nth}: a changed code was taken")
    return Found(wrong, {"mutations": count, **ends})
