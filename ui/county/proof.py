"""Is this entry what its station signed, and does it stand in the tree that the county receipted? Checked when asked.

Each line is checked by itself, so that one broken thing does not hide what still holds.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kiosk import contract, tree
from kiosk.checkpoint import Receipt, open_receipt
from kiosk.contract import ContractError, Envelope
from kiosk.error_words import sentence_of
from kiosk.rules.sentence import Sentence
from kiosk.trust import Grant, SealError, Trust, Untrusted, Use
from ui.county.public import FOR_ROLES
from ui.county.reader import Receipted

Facts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """`held` is None where there is nothing to check yet; `key` names the sentence (`county.proof.<key>`)."""

    key: str
    held: bool | None
    facts: Facts = field(default_factory=dict)


def check(envelope: Envelope, head: Receipted | None, nodes: tree.Nodes, trust: Trust) -> tuple[Line, ...]:
    return (
        _body(envelope),
        _line("grant", lambda: {"station": _grant(envelope, trust).name}),
        _line("signature", lambda: _signed(envelope, trust)),
        *_receipted(envelope, head, nodes, trust),
    )


def document(envelope: Envelope, head: Receipted, nodes: tree.Nodes, trust: Trust) -> dict[str, Any]:
    """All that a third party needs beside the county's root key. Raises SealError when the parts do not fit.

    Of a kind for named roles only the header, as after retention: its proof is as good.
    """
    size = open_receipt(head.receipt, trust).checkpoint.size
    path = tree.inclusion_proof(envelope.header.seq - 1, size, nodes)
    return {
        "v": 1,
        "envelope": json.loads(_shown(envelope).bytes()),
        "grant": asdict(_grant(envelope, trust)),
        "index": envelope.header.seq - 1,
        "size": size,
        "path": [base64.b64encode(digest).decode() for digest in path],
        "receipt": head.receipt,
    }


def is_covered(envelope: Envelope, head: Receipted | None) -> bool:
    return head is not None and bool(head.receipt) and envelope.header.seq <= head.receipted


def _shown(envelope: Envelope) -> Envelope:
    return replace(envelope, salt=None, body=None) if envelope.header.kind in FOR_ROLES else envelope


def _body(envelope: Envelope) -> Line:
    if envelope.body is None:
        return Line("retired", held=None)
    return _line("body", lambda: {"hash": contract.read(envelope.bytes()).header.body[:16]})


def _signed(envelope: Envelope, trust: Trust) -> Facts:
    grant = _grant(envelope, trust)
    contract.verify(envelope, grant.public)
    return {"signer": envelope.key[:16]}


def _grant(envelope: Envelope, trust: Trust) -> Grant:
    """The grant of the station, or of the office; the log, the key that signed and the granted key are one.

    An entry is of its log whatever its day (FORMATS.md §6); of a key that was taken back the first entries count.
    """
    header = envelope.header
    if envelope.key != header.log:
        raise contract.Forged("signed with another key than the log's")
    grants, through = trust.grants_of(Use.STATION, header.log), trust.station_through(header.log)
    grants = grants or trust.grants_of(Use.OFFICE, header.log)
    if not grants:
        raise Untrusted(f"{header.log} is no log of {trust.county}")
    if through is not None and header.seq > through:
        raise Untrusted(f"only the first {through} entries of {header.log} count")
    day = header.time[:10]
    return next((grant for grant in grants if grant.since <= day <= grant.until), grants[-1])


def _receipted(envelope: Envelope, head: Receipted | None, nodes: tree.Nodes, trust: Trust) -> tuple[Line, ...]:
    if head is None or not is_covered(envelope, head):
        return (Line("unreceipted", held=None),)
    return (
        _line("receipt", lambda: _told(_receipt(envelope, head, trust))),
        _line("inclusion", lambda: _included(envelope, _receipt(envelope, head, trust), nodes)),
    )


def _receipt(envelope: Envelope, head: Receipted, trust: Trust) -> Receipt:
    receipt = open_receipt(head.receipt, trust)
    if receipt.checkpoint.log != envelope.header.log:
        raise contract.Forged("the receipt is for another log")
    return receipt


def _told(receipt: Receipt) -> Facts:
    return {"size": str(receipt.checkpoint.size), "time": receipt.time.isoformat()}


def _included(envelope: Envelope, receipt: Receipt, nodes: tree.Nodes) -> Facts:
    index, size = envelope.header.seq - 1, receipt.checkpoint.size
    path = tree.inclusion_proof(index, size, nodes)
    tree.verify_inclusion(tree.leaf_hash(envelope.header.bytes()), index, size, path, receipt.checkpoint.root)
    return {"size": str(size), "steps": str(len(path))}


def _line(key: str, prove: Callable[[], Facts]) -> Line:
    try:
        return Line(key, held=True, facts=prove())
    except (ContractError, SealError, tree.TreeError, ValueError, LookupError, TypeError) as wrong:
        named = sentence_of(wrong) or Sentence("wrong.form")
        return Line(f"{key}_broken", held=False, facts={"wrong": named.key, **named.facts})
