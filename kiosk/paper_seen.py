"""A paper as its code tells it: what stands on it, and what the station knows of it. Reads only."""

from collections.abc import Mapping

from kiosk.order_table import OrderTable
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.goods.products import Product
from kiosk.rules.oversight.gate_facts import REVOKED, Known, Seal
from kiosk.rules.scan.scanned import Kind, Scanned
from kiosk.seal import CertificateCode, open_certificate, read_certificate
from kiosk.tables import Tables
from kiosk.trust import Broken, SealError, Trust, Untold

PAPERS = (Kind.CERTIFICATE, Kind.NUMBER, Kind.URL, Kind.TRACE_CODE)
ON_PAPER = "on paper"  # what our own codes leave to the printed words, whose digest they seal
LONGEST = 80  # characters of somebody else's code


def seen_of(scanned: Scanned, trust: Trust, products: Mapping[str, Product], picture: str = "") -> Seen:
    """Ours when its seal verifies; everything else is kept, and nobody could verify it.

    Of a key that was taken back, and may have sealed it before, the paper says what it says; it is not verified.
    """
    code, verified = code_of(scanned, trust)
    if code is None:
        ours = scanned.kind is Kind.NUMBER
        return Seen(Paper.OURS if ours else Paper.FOREIGN, number=scanned.text[:LONGEST], picture=picture)
    return Seen(
        paper=Paper.OURS,
        product=product_of(code.product, products),
        quantity=code.quantity,
        unit=code.unit,
        issuer=code.subject,
        contact=ON_PAPER,
        origin=code.origin,
        issued_on=code.date.isoformat(),
        number=code.number,
        picture=picture,
        style=code.style,
        promise=True,
        basis=bool(code.basis),
        verified=verified,
    )


def known_of(scanned: Scanned, seen: Seen, trust: Trust, tables: Tables) -> Known:
    """Why it could not be verified, and why it is void."""
    return Known(seal=_seal(scanned, trust), void=_void(seen.number, tables, tables.orders))


def code_of(scanned: Scanned, trust: Trust) -> tuple[CertificateCode | None, bool]:
    """What a station of the county sealed, and whether that counts; None for what nobody of it sealed."""
    if scanned.token is None:
        return None, False
    try:
        return open_certificate(scanned.token, trust)[0], True
    except Untold:
        return read_certificate(scanned.token).code, False
    except SealError:
        return None, False


def product_of(name: str, products: Mapping[str, Product]) -> str:
    """Its id, where our list has a product of this name."""
    return next((one.id for one in products.values() if name in one.names.values()), name)


def _seal(scanned: Scanned, trust: Trust) -> Seal:
    if scanned.token is None:
        return Seal.NONE
    try:
        open_certificate(scanned.token, trust)
    except Broken:
        return Seal.BROKEN
    except SealError:
        return Seal.KEY_UNKNOWN
    return Seal.NONE


def _void(number: str, tables: Tables, orders: OrderTable) -> str:
    if orders.revoked_certificate(number) is not None:
        return REVOKED
    return tables.lots.void_reason(number)
