"""Tells the pages that another process committed: looks a few times a second at the number that every commit moves."""

import logging
import threading

from ui.county.changes import Changes
from ui.county.reader import Reader
from ui.county.sql import DatabaseError, Where

LOOK_S = 0.2
AGAIN_S = 2.0  # after the database could not be read

logger = logging.getLogger(__name__)


class Watch:
    """`run` belongs to a thread of its own."""

    def __init__(self, where: Where, changes: Changes) -> None:
        self._where = where
        self._changes = changes

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with Reader(self._where) as reader:
                    self._look(reader, stop)
            except DatabaseError as unread:
                logger.warning("the database cannot be watched: %s", unread)
                stop.wait(AGAIN_S)

    def _look(self, reader: Reader, stop: threading.Event) -> None:
        seen = -1
        while not stop.wait(LOOK_S):
            reader.again()
            if (version := reader.version) != seen:
                seen = version
                self._changes.announce()
