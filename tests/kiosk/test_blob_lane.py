"""Which blobs travel and when, told by folders and seconds alone; the county's end is played by the test."""

import hashlib
import os
import subprocess
import sys
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import blobs
from kiosk.blob_lane import KNOWN_MOST, LOOK_S, BlobLane
from kiosk.checkpoint import sign_kept
from kiosk.enrolment import TrustFile
from kiosk.kept_blobs import Digests, KeptBlobs
from kiosk.log import Locked, Tail
from kiosk.trust import SealError
from kiosk.wire import MOST_BLOB, MOST_CHUNK, Backoff, Chunk
from tests.support.bodies import START, County

RESEND = 60.0


class CountyOffice:
    """What the county has of blobs, and the word that it gives."""

    def __init__(self, folder: Path, name: str = "530427") -> None:
        self.county = County(name)
        self.trust = folder / "trust.json"
        self.trust.write_bytes(self.county.trust.bytes())
        self.parts: dict[str, bytes] = {}

    def took(self, chunk: Chunk) -> bool:
        """Whether the blob is whole now; what is ahead is not taken."""
        known = self.parts.get(chunk.head.blob, b"")
        if chunk.head.at == len(known):
            self.parts[chunk.head.blob] = known + chunk.data
        return len(self.parts.get(chunk.head.blob, b"")) == chunk.head.of

    def word(self, digest: str, later_s: int = 0) -> bytes:
        name = f"liangzheng/{self.county.name}/witness"
        return sign_kept(digest, START + timedelta(seconds=later_s), name, self.county.witness).encode()


class Carrier:
    """A lane over a folder, its messages numbered."""

    def __init__(self, folder: Path, office: CountyOffice) -> None:
        self.folder = folder / "blobs"
        self.kept = KeptBlobs(folder / "down" / "kept", TrustFile(office.trust))
        self.lane = BlobLane(self.folder, self.kept, Backoff(RESEND, 900, lambda: 0.5))
        self.office = office
        self.now = 0.0
        self.sent: list[Chunk] = []

    def post(self, *, accepted: bool = True) -> Chunk | None:
        """The next chunk, answered by the broker."""
        chunk = self.lane.next(self.now)
        if chunk is not None:
            self.sent.append(chunk)
            self.lane.sent(len(self.sent))
            self.lane.answered(len(self.sent), accepted, self.now)
        return chunk

    def carry(self) -> None:
        """Post and hear until nothing more can go now."""
        while (chunk := self.post()) is not None:
            if self.office.took(chunk):
                self.lane.heard(self.office.word(chunk.head.blob))

    def keep(self, data: bytes, month: str = "2026-11", *, pack: bool = False) -> str:
        return blobs.keep(self.folder, month, data, pack=pack)


@pytest.fixture
def office(tmp_path: Path) -> CountyOffice:
    return CountyOffice(tmp_path)


@pytest.fixture
def carrier(tmp_path: Path, office: CountyOffice) -> Carrier:
    return Carrier(tmp_path, office)


def test_no_folder_no_blobs(carrier: Carrier) -> None:
    assert carrier.post() is None


def test_blobs_travel_oldest_month_first_as_they_lie(carrier: Carrier, office: CountyOffice) -> None:
    new, old = carrier.keep(b"new" * 100), carrier.keep(b"old" * 100, "2026-09", pack=True)
    carrier.carry()
    assert [chunk.head.blob for chunk in carrier.sent] == [old, new]
    assert [chunk.head.month for chunk in carrier.sent] == ["2026-09", "2026-11"]
    assert zlib.decompress(office.parts[old]) == b"old" * 100
    assert office.parts[new] == b"new" * 100
    assert carrier.lane.waiting == 0


def test_a_large_blob_travels_in_chunks_one_at_a_time(carrier: Carrier, office: CountyOffice) -> None:
    data = os.urandom(MOST_CHUNK * 2 + 5)
    digest = carrier.keep(data)
    first = carrier.lane.next(0)
    assert first is not None
    carrier.lane.sent(7)
    assert carrier.lane.next(0) is None  # until the broker answered
    carrier.lane.answered(7, accepted=True, now=0)
    office.took(first)
    carrier.carry()
    assert [chunk.head.at for chunk in carrier.sent] == [MOST_CHUNK, MOST_CHUNK * 2]
    assert office.parts[digest] == data
    assert digest in carrier.kept


def test_without_the_countys_word_a_blob_travels_again_later_and_later(carrier: Carrier) -> None:
    carrier.keep(b"x")
    assert carrier.post()
    carrier.now = RESEND - 1
    assert carrier.post() is None
    carrier.now = RESEND
    assert carrier.post() == carrier.sent[0]
    carrier.now = RESEND * 3 - 1
    assert carrier.post() is None
    carrier.now = RESEND * 3
    assert carrier.post() == carrier.sent[0]


def test_a_refused_chunk_waits_and_goes_again(carrier: Carrier, office: CountyOffice) -> None:
    digest = carrier.keep(b"x" * (MOST_CHUNK + 1))
    assert carrier.post(accepted=False)
    assert carrier.post() is None
    carrier.now = RESEND
    carrier.carry()
    assert [chunk.head.at for chunk in carrier.sent] == [0, 0, MOST_CHUNK]
    assert len(office.parts[digest]) == MOST_CHUNK + 1


def test_a_restored_county_is_offered_every_blob_again(tmp_path: Path, carrier: Carrier, office: CountyOffice) -> None:
    digests = [carrier.keep(b"one"), carrier.keep(b"two")]
    carrier.carry()
    assert all(digest in carrier.kept for digest in digests)
    office.parts.clear()
    carrier.lane.void(office.county.receipt("ab" * 16, 3, b"r" * 32).encode())
    assert not any(digest in carrier.kept for digest in digests)
    carrier.kept.close()
    again = Carrier(tmp_path, office)  # the receipt stands among the words: a restart forgets them too
    assert not any(digest in again.kept for digest in digests)
    again.carry()
    assert sorted(office.parts) == sorted(digests)
    again.kept.close()
    kept = Carrier(tmp_path, office).kept
    assert all(digest in kept for digest in digests)


def test_a_new_connection_sends_the_chunk_in_flight_again(carrier: Carrier) -> None:
    carrier.keep(b"x" * (MOST_CHUNK + 1))
    carrier.post()
    second = carrier.lane.next(0)
    carrier.lane.sent(2)
    carrier.lane.begin()
    assert carrier.lane.next(0) == second


def test_what_is_kept_is_never_sent_again_even_after_a_restart(
    carrier: Carrier, office: CountyOffice, tmp_path: Path
) -> None:
    for nth in range(5):
        carrier.keep(b"%d" % nth)
    carrier.carry()
    assert len(carrier.sent) == 5
    assert Tail(tmp_path / "down" / "kept").through == 5
    with pytest.raises(Locked):
        Carrier(tmp_path, office)
    carrier.kept.close()
    again = Carrier(tmp_path, office)
    more = again.keep(b"more")
    again.carry()
    assert [chunk.head.blob for chunk in again.sent] == [more]


def test_a_new_blob_is_found_after_a_look(carrier: Carrier) -> None:
    for _ in range(4):
        carrier.now += LOOK_S
        carrier.carry()
        carrier.keep(os.urandom(9))
    carrier.now += LOOK_S
    carrier.carry()
    assert len(carrier.sent) == 4


def test_only_signed_words_for_blobs_of_ours_are_kept(carrier: Carrier, office: CountyOffice, tmp_path: Path) -> None:
    digest = carrier.keep(b"x")
    with pytest.raises(SealError):
        carrier.lane.heard(office.word(digest).replace(digest[:4].encode(), b"0000"))
    with pytest.raises(SealError):
        carrier.lane.heard(b"\xff")
    with pytest.raises(SealError):
        carrier.lane.heard(CountyOffice(_made(tmp_path / "other"), "530428").word(digest))
    carrier.lane.heard(office.word("ab" * 32))
    carrier.lane.heard(office.word(digest))
    carrier.lane.heard(office.word(digest, later_s=9))
    assert Tail(tmp_path / "down" / "kept").through == 1


def test_what_is_not_a_blob_of_ours_is_left_alone(carrier: Carrier, tmp_path: Path) -> None:
    """Half-written files, links, pipes, strange names, and blobs that are not what their names say."""
    good = carrier.keep(b"good")
    month = carrier.folder / "2026-11"
    (month / ("a" * 64)).write_bytes(b"other")
    (month / ("b" * 64 + ".zlib")).write_bytes(zlib.compress(b"x")[:-1])
    (month / ("c" * 64)).symlink_to(tmp_path / "trust.json")
    os.mkfifo(month / ("d" * 64))
    (month / ("e" * 64)).write_bytes(b"")
    (month / ("f" * 64)).touch()
    os.truncate(month / ("f" * 64), MOST_BLOB + 1)
    (month / "half.new").write_bytes(b"x")
    (_made(carrier.folder / "2026-13") / ("0" * 64)).write_bytes(b"x")
    for _ in range(20):
        carrier.now += LOOK_S
        carrier.carry()
    assert [chunk.head.blob for chunk in carrier.sent] == [good]
    assert carrier.lane.damaged == 4
    assert carrier.lane.waiting == 0


def test_retention_may_take_a_blob_in_the_middle(carrier: Carrier) -> None:
    gone = carrier.keep(b"x" * (MOST_CHUNK * 2), "2026-10")
    stays = carrier.keep(b"y")
    carrier.post()
    (carrier.folder / "2026-10" / gone).unlink()
    for _ in range(3):
        carrier.carry()
    assert carrier.sent[-1].head.blob == stays


def test_a_folder_that_cannot_be_looked_into_is_no_end(carrier: Carrier) -> None:
    carrier.folder.write_text("no folder")
    assert carrier.post() is None
    assert carrier.lane.unreadable is not None
    carrier.folder.unlink()
    carrier.keep(b"x")
    carrier.now += LOOK_S
    assert carrier.post()
    assert carrier.lane.unreadable is None


def test_digests_are_a_set() -> None:
    known = Digests()
    known.add("ab" * 32)
    known.add("ab" * 31 + "ac")
    assert "ab" * 32 in known
    assert "ab" * 31 + "ac" in known
    assert "ab" * 31 + "ad" not in known
    known = Digests()
    known.add("ab" * 31 + "cd")
    known.add("ab" * 32)
    known.add("cd" + "ab" * 31)
    assert "ab" * 30 + "cdab" not in known  # lies across two of them


MANY = 100_000
LOOKING = f"""
import hashlib, resource, sys
from pathlib import Path
from kiosk.blob_lane import BlobLane
from kiosk.enrolment import TrustFile
from kiosk.kept_blobs import KeptBlobs
from kiosk.wire import Backoff
folder = Path(sys.argv[1])
kept = KeptBlobs(folder / "kept", TrustFile(folder / "trust.json"))
for nth in range({MANY} // 2):
    kept._digests.add(hashlib.sha256(b"%d" % nth).hexdigest())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
lane = BlobLane(folder / "blobs", kept, Backoff(60, 900, lambda: 0.5))
lane.next(0.0)
print(lane.waiting, len(lane._queue), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_hundred_thousand_blobs_fit_in_a_small_memory(tmp_path: Path) -> None:
    month = _made(_made(tmp_path / "blobs") / "2026-11")
    for nth in range(MANY):
        (month / hashlib.sha256(b"%d" % nth).hexdigest()).touch()
    done = subprocess.run([sys.executable, "-c", LOOKING, tmp_path], capture_output=True, text=True, check=True)
    waiting, queued, grown_kib = map(int, done.stdout.split())
    assert MANY // 2 - 10 < waiting <= MANY // 2
    assert queued < KNOWN_MOST
    assert grown_kib < 4096


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
