"""`villages/*.toml`: what may stand in them, what is refused, and that the county's own list takes their place."""

from datetime import date

import pytest
from pydantic import ValidationError

from kiosk.override import Overrides
from kiosk.pack import load_packs
from kiosk.pack_order import digest, refused
from kiosk.rules.messages import PackPut
from kiosk.rules.scan.regions import Village
from kiosk.village_form import VillagesForm

FILE = "villages/530427.toml"
OURS = """mark = "V"
source = "list of the county, 2026-11"
confirmed = true
[[village]]
code = "530427101201"
town = "Gasa"
name = "Nanbang"
"""


def form(**changed: object) -> VillagesForm:
    village = {"code": "a", "town": "T"}
    told = {"mark": "G", "source": "x", "confirmed": False, "village": [village]}
    return VillagesForm.model_validate({**told, **changed})


def test_a_village_is_called_by_its_town_too() -> None:
    shipped = load_packs(texts=False).villages
    assert len(shipped) > 10
    named = {village.code: village.whole for village in shipped}
    assert named["gasa-sudu"].startswith(named["gasa"])


@pytest.mark.parametrize(
    "village",
    [[], [{"code": "a"}], [{"code": "A", "town": "T"}], [{"code": "a", "town": ""}], [{"code": "a", "town": "T"}] * 2],
)
def test_what_is_refused(village: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        form(village=village)


def test_recalled_is_never_confirmed() -> None:
    with pytest.raises(ValidationError):
        form(confirmed=True)


def test_the_county_puts_its_own_list_in_their_place() -> None:
    order = PackPut(FILE, OURS, digest(OURS))
    assert refused(order, Overrides(), date(2026, 11, 22)) == []
    put = Overrides().with_pack(order, "all/1", date(2026, 11, 22)).on(date(2026, 11, 22))
    assert load_packs(put=put, texts=False).villages == (Village("530427101201", "Gasa", "Nanbang"),)
