"""Ed25519 (RFC 8032), one by one or many beside the reading. They are most of the work of an audit."""

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BATCH = 512
WAITING = 3  # batches per worker that may wait: more would only be memory
MOST_WORKERS = 8

Task = tuple[int, bytes, bytes]  # what it is about, signature, signed bytes


def verified(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def wrong_of(public: bytes, tasks: Sequence[Task]) -> list[int]:
    """Which of these are not signed with this key."""
    key, wrong = Ed25519PublicKey.from_public_bytes(public), []
    for about, signature, message in tasks:
        try:
            key.verify(signature, message)
        except (InvalidSignature, ValueError):
            wrong.append(about)
    return wrong


class Signatures:
    """Signatures of one key. Other processes check them as soon as there are many; the reader reads on meanwhile."""

    def __init__(self, public: bytes, workers: int | None = None) -> None:
        self._public = public
        self._workers = min(workers or os.cpu_count() or 1, MOST_WORKERS)
        self._pool: ProcessPoolExecutor | None = None
        self._tasks: list[Task] = []
        self._asked: deque[Future[list[int]]] = deque()
        self._wrong: list[int] = []

    def check(self, about: int, signature: bytes, message: bytes) -> None:
        self._tasks.append((about, signature, message))
        if len(self._tasks) >= BATCH:
            self._hand_on()

    def wrong(self) -> list[int]:
        """All that are wrong, in order; nothing is checked any more."""
        self._wrong += wrong_of(self._public, self._tasks)
        self._tasks = []
        while self._asked:
            self._wrong += self._asked.popleft().result()
        self.close()
        return sorted(self._wrong)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _hand_on(self) -> None:
        tasks, self._tasks = self._tasks, []
        if self._workers == 1:
            self._wrong += wrong_of(self._public, tasks)
            return
        self._pool = self._pool or ProcessPoolExecutor(self._workers)
        self._asked.append(self._pool.submit(wrong_of, self._public, tasks))
        while len(self._asked) > WAITING * self._workers:
            self._wrong += self._asked.popleft().result()
