"""An auditor of exports who knows only kiosk/FORMATS.md: the standard library and `cryptography`, nothing of the house.

    python tests/record/audit.py log.zip [ROOT KEY, base64]

Every finding is a sentence; exit code 1 when there is one. The county's root key is what a stranger has to know
beforehand: without it the one in the file is believed, and shown.
"""

import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PARTS = (b"entries.jsonl", b"tree.txt", b"trust.json", b"checkpoint.txt", b"export.txt")
HEADER = {"body", "clock", "kind", "log", "seq", "time", "v"}
VOUCHED = ("ntp", "county")


class Wrong(Exception):
    """What makes it pointless to look further."""


def audit(data: bytes, root: str = "") -> list[str]:
    """What is wrong with an export; `root` is the county's public key, base64."""
    auditor = Auditor(root)
    try:
        auditor.look(data)
    except Wrong as wrong:
        auditor.findings.append(str(wrong))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, struct.error, RecursionError) as odd:
        auditor.findings.append(f"not written as the format says: {odd!r}")
    return auditor.findings


@dataclass
class Auditor:
    root: str
    findings: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def look(self, data: bytes) -> None:
        parts = unzipped(data)
        trust = json.loads(parts["trust.json"])
        self.check_grants(trust)
        text, lines = parted(parts["export.txt"].decode())
        form, log, owner, span, root, *sums = text.removesuffix("\n").split("\n")
        county, station = owner.split("/")
        first, last = (int(number) for number in span.split(" "))
        if form != "liangzheng/export/1" or county != trust["county"] or not 1 <= first <= last:
            raise Wrong("export.txt is not of this form")
        if span != f"{first} {last}":
            raise Wrong("export.txt writes its numbers in another way")
        key = self.station_key(trust, log, station)
        signer = f"liangzheng/{county}/{station}"
        if len(lines) != 1 or not signed(lines[0], signer, key, text):
            raise Wrong("export.txt is not signed by the station")
        self.check_sums(parts, sums)
        revoked = [word for word in trust.get("revoked", ()) if word["use"] == "station" and word["key"] == log]
        if any(word["through"] < last for word in revoked):
            self.findings.append("the county took the station's key back before the last entry")
        size, confirmed = self.confirmed(parts.get("checkpoint.txt"), trust, signer, key, log)
        roots = self.walk(parts, Log(log, key, signer, first, last, size))
        if roots.get(last) != base64.b64decode(root):
            self.findings.append("the root over all entries is not the one that the station signed")
        if size and roots.get(size) != confirmed:
            self.findings.append("the county confirmed another log")
        self.told.append(f"log {log} of {owner}: entries {first} to {last}; confirmed by the county: 1 to {size}")

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_grants(self, trust: dict[str, Any]) -> None:
        if self.root and trust["root"] != self.root:
            raise Wrong("trust.json is of another county's root key")
        self.told.append(f"root key of the county: {trust['root']}")
        root = base64.b64decode(trust["root"])
        for word in [*trust["grants"], *trust.get("revoked", ())]:
            unsigned = canonical({name: value for name, value in word.items() if name != "signature"})
            if not verified(root, base64.b64decode(word["signature"]), unsigned):
                raise Wrong("a grant in trust.json is not the root's")

    def station_key(self, trust: dict[str, Any], log: str, station: str) -> bytes:
        for grant in trust["grants"]:
            public = base64.b64decode(grant["key"])
            if (grant["use"], grant["name"], key_id(public)) == ("station", station, log):
                return public
        raise Wrong("the county has granted this log's key to no such station")

    def confirmed(
        self, note: bytes | None, trust: dict[str, Any], signer: str, key: bytes, log: str
    ) -> tuple[int, bytes]:
        """Size and root of the checkpoint that station and county have signed."""
        if note is None:
            return 0, b""
        text, lines = parted(note.decode())
        origin, size, root = text.removesuffix("\n").split("\n")
        if origin != f"liangzheng/log/{log}" or str(int(size)) != size or len(lines) != 2:
            raise Wrong("checkpoint.txt is not of this log")
        if not signed(lines[0], signer, key, text):
            raise Wrong("checkpoint.txt is not signed by the station")
        if not any(cosigned(lines[1], grant, text) for grant in trust["grants"] if grant["use"] == "witness"):
            raise Wrong("checkpoint.txt is not signed by the county")
        return int(size), base64.b64decode(root)

    def check_sums(self, parts: dict[str, bytes], sums: list[str]) -> None:
        expected = [f"{hashlib.sha256(parts[name]).hexdigest()}  {name}" for name in parts if name != "export.txt"]
        if sums != expected:
            self.findings.append("a part is not the one that export.txt names")

    # --- entries --------------------------------------------------------------------------------------------------

    def walk(self, parts: dict[str, bytes], log: "Log") -> dict[int, bytes]:
        """Roots over the first so many entries: at the last, and where the county's word is."""
        tree, given = Tree(), [line.split(" ") for line in parts["tree.txt"].decode().splitlines()]
        nodes = [(int(level), int(index), bytes.fromhex(digest)) for level, index, digest in given]
        roots: dict[int, bytes] = {}
        ahead = [node for node in nodes if (node[1] + 1) << node[0] < log.first]
        for level, index, digest in ahead:
            tree.add(digest, level, index)
            roots[tree.size] = tree.root()
        if tree.size != log.first - 1:
            raise Wrong("the tree before the first entry is not whole")
        self.entries(parts["entries.jsonl"], log, tree, roots)
        for level, index, digest in nodes[len(ahead) :]:
            tree.add(digest, level, index)
            roots[tree.size] = tree.root()
        if tree.size != max(log.last, log.confirmed):
            raise Wrong("the tree behind the last entry is not whole, or more than was signed")
        return roots

    def entries(self, data: bytes, log: "Log", tree: "Tree", roots: dict[int, bytes]) -> None:
        lines = data.split(b"\n")
        if lines.pop() != b"" or len(lines) != log.last - log.first + 1:
            raise Wrong(f"{len(lines)} entries are not {log.first} to {log.last}")
        before: dict[str, Any] | None = None
        for seq, line in enumerate(lines, log.first):
            envelope = self.entry(line, seq, log)
            if before is not None and not forward(before, envelope["header"]):
                self.findings.append(f"entry {seq} goes back in time")
            before = envelope["header"]
            if before["kind"] == "day.closed" and envelope["body"] is not None:
                self.closed(envelope["body"], seq, log, tree.root())
            tree.add(hashlib.sha256(b"\0" + canonical(before)).digest(), 0, seq - 1)
            roots[seq] = tree.root()

    def entry(self, line: bytes, seq: int, log: "Log") -> dict[str, Any]:
        envelope: dict[str, Any] = json.loads(line)
        if canonical(envelope) != line or set(envelope) != {"body", "header", "key", "salt", "sig"}:
            raise Wrong(f"entry {seq} is not in canonical form")
        header = envelope["header"]
        if set(header) != HEADER or header["v"] != 1 or (header["log"], header["seq"]) != (log.name, seq):
            raise Wrong(f"entry {seq} is not number {seq} of this log")
        if envelope["key"] != log.name or not verified(log.key, b64(envelope["sig"]), canonical(header)):
            raise Wrong(f"entry {seq} is not signed by the station")
        if (envelope["salt"] is None) != (envelope["body"] is None):
            raise Wrong(f"entry {seq} has half of salt and body")
        if envelope["body"] is not None:
            bound = hashlib.sha256(b64(envelope["salt"]) + canonical(envelope["body"])).hexdigest()
            if bound != header["body"]:
                raise Wrong(f"entry {seq} has another body than its header says")
        return envelope

    def closed(self, body: dict[str, Any], seq: int, log: "Log", root: bytes) -> None:
        text, lines = parted(body["checkpoint"])
        expected = f"liangzheng/log/{log.name}\n{seq - 1}\n{base64.b64encode(root).decode()}\n"
        good = len(lines) == 1 and signed(lines[0], log.signer, log.key, text)
        if not good or text != expected or (body["size"], body["root"]) != (seq - 1, root.hex()):
            self.findings.append(f"entry {seq} closes a day over another log")


@dataclass(frozen=True)
class Log:
    name: str
    key: bytes
    signer: str
    first: int
    last: int
    confirmed: int


class Tree:
    """RFC 6962, from left to right."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[tuple[int, bytes]] = []

    def add(self, digest: bytes, level: int, index: int) -> None:
        if index << level != self.size or len(digest) != 32:
            raise Wrong(f"node {level}/{index} of the tree stands at the wrong place")
        self.size += 1 << level
        while self.peaks and self.peaks[-1][0] == level:
            digest = hashlib.sha256(b"\1" + self.peaks.pop()[1] + digest).digest()
            level += 1
        self.peaks.append((level, digest))

    def root(self) -> bytes:
        digest = hashlib.sha256(b"").digest()
        for nth, (_, peak) in enumerate(reversed(self.peaks)):
            digest = peak if nth == 0 else hashlib.sha256(b"\1" + peak + digest).digest()
        return digest


def canonical(value: object) -> bytes:
    """RFC 8785 for what stands in these files: strings, small integers, true, false, null."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def b64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Wrong("base64 written in another way")
    return data


def key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:32]


def verified(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def parted(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Text and signature lines of a C2SP signed note."""
    text, gap, lines = note.partition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise Wrong("not a signed note")
    found = [re.fullmatch("— ([^ ]+) ([A-Za-z0-9+/=]+)", line) for line in lines.removesuffix("\n").split("\n")]
    known = [(line[1], b64(line[2])) for line in found if line is not None]
    if len(known) != len(found):
        raise Wrong("a line under a note is no signature")
    return f"{text}\n", known


def note_key(name: str, algorithm: bytes, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + algorithm + public).digest()[:4]


def signed(line: tuple[str, bytes], name: str, public: bytes, text: str) -> bool:
    """C2SP signed-note, Ed25519."""
    signer, stamp = line
    if signer != name or stamp[:4] != note_key(name, b"\x01", public):
        return False
    return verified(public, stamp[4:], text.encode())


def cosigned(line: tuple[str, bytes], grant: dict[str, Any], text: str) -> bool:
    """C2SP tlog-cosignature, cosignature/v1, on a day of the grant."""
    (name, stamp), public = line, base64.b64decode(grant["key"])
    seconds = struct.unpack(">Q", stamp[4:12])[0]
    day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    if stamp[:4] != note_key(name, b"\x04", public) or not grant["since"] <= day <= grant["until"]:
        return False
    return verified(public, stamp[12:], f"cosignature/v1\ntime {seconds}\n{text}".encode())


def forward(before: dict[str, Any], after: dict[str, Any]) -> bool:
    earlier, later = datetime.fromisoformat(before["time"]), datetime.fromisoformat(after["time"])
    return earlier <= later or (after["clock"] in VOUCHED and before["clock"] not in VOUCHED)


def unzipped(data: bytes) -> dict[str, bytes]:
    """The parts of a zip that is written in the one way that FORMATS.md §11 allows; any other byte is a finding."""
    parts, at, directory = {}, 0, b""
    sizes = _sizes(data)
    for name, size in sizes:
        local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 8, 0, 0, 0x21, 0, 0, 0, len(name), 0) + name
        inside = data[at + len(local) : at + len(local) + size]
        crc = zlib.crc32(inside)
        behind = struct.pack("<4s3I", b"PK\7\10", crc, size, size)
        if data[at : at + len(local)] != local or data[at + len(local) + size :][: len(behind)] != behind:
            raise Wrong("the zip is not written as the format says")
        directory += struct.pack(
            "<4s4B4H3I5H2I", b"PK\1\2", 20, 3, 20, 0, 8, 0, 0, 0x21, crc, size, size, len(name), 0, 0, 0, 0,
            0o644 << 16, at,
        ) + name  # fmt: skip
        parts[name.decode()] = inside
        at += len(local) + size + len(behind)
    count = len(sizes)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), at, 0)
    if data[at:] != directory + end or tuple(name for name, _ in sizes) not in (PARTS, PARTS[:3] + PARTS[4:]):
        raise Wrong("the zip is not written as the format says")
    return parts


def _sizes(data: bytes) -> list[tuple[bytes, int]]:
    """Name and size of each part, by the directory at the end."""
    count, _, at = struct.unpack("<HII", data[-12:-2])
    found = []
    for _ in range(min(count, len(PARTS))):
        size, length = struct.unpack("<IH", data[at + 24 : at + 30])
        found.append((data[at + 46 : at + 46 + length], size))
        at += 46 + length
    return found


def main(arguments: list[str]) -> int:
    auditor = Auditor(arguments[1] if len(arguments) > 1 else "")
    findings = audit(Path(arguments[0]).read_bytes(), auditor.root)
    for sentence in findings:
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.write(f"{len(findings)} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
