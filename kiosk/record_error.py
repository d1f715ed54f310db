"""Why a record cannot be opened, written or read.

RecordError
├── Unwritable   the disk refused; the entry may lie in one copy: stop, start again, recovery decides
├── Unreadable   the tables cannot be opened: damaged, or made by newer software
├── Oversized    a body that no reader would take; nothing of it was written
├── RolledBack   the county holds a receipt for more than we have, or other than it: a card was restored or swapped
├── Foreign      the log on disk belongs to another key, or its two copies tell different stories
├── Kept         retention asked for entries that have to stay; nothing was taken
├── OutOfLog     entries were asked for that are not there
├── Misplaced    a backup would lie over the record itself, or another one is being written there
└── Behind       a backup holds another log, or more of this one than the record does
"""


class RecordError(Exception):
    pass


class Unwritable(RecordError):
    pass


class Unreadable(RecordError):
    pass


class Oversized(RecordError):
    pass


class RolledBack(RecordError):
    pass


class Foreign(RecordError):
    pass


class Kept(RecordError):
    pass


class OutOfLog(RecordError):
    pass


class Behind(RecordError):
    pass


class Misplaced(RecordError):
    pass
