"""Rows of the county's memory as values: an entry, the nodes of a log's tree."""

import json
from typing import Any

from kiosk import tree
from kiosk.contract import Envelope, Header
from ui.county.sql import Row, Sql


def envelope_of(row: Row) -> Envelope:
    table: dict[str, Any] = json.loads(row["header"])
    header = Header(**{name: value for name, value in table.items() if name != "v"})
    return Envelope(header, row["key"], row["salt"], row["body"], row["signature"])


def nodes_of(sql: Sql, log: str) -> tree.Nodes:
    """Raises LookupError for a node that is not there."""

    def node(level: int, index: int) -> bytes:
        row = sql.execute("select hash from node where log = ? and level = ? and idx = ?", (log, level, index))
        found = row.fetchone()
        if found is None:
            raise LookupError(f"node {level}/{index} of log {log}")
        return bytes(found[0])

    return node


class Growth:
    """A log's tree while entries are added. `added` are its new nodes: level, index, hash."""

    def __init__(self, size: int, kept: tree.Nodes) -> None:
        self.size = size
        self.added: list[tuple[int, int, bytes]] = []
        self._kept = kept
        self._fresh: dict[tuple[int, int], bytes] = {}

    def add(self, header: bytes) -> None:
        nodes = tree.added(self.size, tree.leaf_hash(header), self._node)
        self._fresh |= {(level, index): digest for level, index, digest in nodes}
        self.added += nodes
        self.size += 1

    @property
    def root(self) -> bytes:
        return tree.root(self.size, self._node)

    def _node(self, level: int, index: int) -> bytes:
        return self._fresh.get((level, index)) or self._kept(level, index)
