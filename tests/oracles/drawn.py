"""Any certificate and any card that a station or a county could seal, as hypothesis strategies."""

from datetime import date

from hypothesis import strategies as st

from kiosk.rules.messages import Basis, Outcome
from kiosk.rules.scan.numbers import certificate_number
from kiosk.seal import CardCode, CertificateCode, TestSummary
from tests.support.bodies import COUNTY

GRANTED = (date(2026, 1, 1), date(2036, 1, 1))  # tests.support.bodies.County
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
SHORT = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
DAYS = st.dates(*GRANTED)
DIGEST = st.binary(min_size=32, max_size=32).map(bytes.hex)
QUANTITIES = st.decimals("0.001", "99999.999", places=3) | st.integers(1, 99999).map(str).flatmap(
    lambda whole: st.decimals(whole, whole, places=0)
)
SUMMARIES = st.builds(TestSummary, SHORT, st.sampled_from(Outcome), st.decimals("-99", "999", places=2).map(str))
BASES = st.lists(st.sampled_from(Basis), min_size=1, max_size=3, unique=True).map(tuple)


def certificates(log: str) -> st.SearchStrategy[CertificateCode]:
    return st.builds(
        CertificateCode,
        number=st.binary(min_size=7, max_size=7).map(lambda random: certificate_number(COUNTY, random)),
        style=st.sampled_from((1, 2)),
        subject=WORDS,
        subject_id=SHORT,
        product=WORDS,
        quantity=QUANTITIES,
        unit=st.sampled_from(("kg", "g", "t", "件")),
        origin=WORDS,
        date=DAYS,
        basis=BASES,
        tests=st.lists(SUMMARIES, max_size=3).map(tuple),
        log=st.just(log),
        text=DIGEST,
    )


def cards() -> st.SearchStrategy[CardCode]:
    return st.builds(CardCode, SHORT, SHORT, WORDS, DAYS)
