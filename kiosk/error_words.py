"""What an error of the record, a log, a seal, a signed message or the disk is called in the word packs.

An error's own text is English and for the log of the program; people read these sentences.
"""

import errno

from kiosk import contract, record_error, trust
from kiosk.log import Damaged, Locked
from kiosk.rules.sentence import Sentence
from kiosk.tree import TreeError

OF_FILES = {
    errno.ENOENT: "absent",
    errno.ENOTDIR: "absent",
    errno.EISDIR: "folder",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "read_only",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.ENAMETOOLONG: "name",
}
# The narrower class before the wider one.
NAMES: tuple[tuple[type[Exception], str], ...] = (
    (Locked, "locked"),
    (trust.Untold, "untold"),
    (trust.Untrusted, "untrusted"),
    (trust.Older, "older"),
    (trust.TooLong, "too_long"),
    (trust.SealError, "seal"),
    (contract.Forged, "seal"),
    (contract.ContractError, "form"),
    (TreeError, "tree"),
    (record_error.Unwritable, "unwritable"),
    (record_error.Unreadable, "unreadable"),
    (record_error.Oversized, "oversized"),
    (record_error.RolledBack, "rolled_back"),
    (record_error.Foreign, "foreign"),
    (record_error.Kept, "kept"),
    (record_error.OutOfLog, "out_of_log"),
    (record_error.Behind, "behind"),
    (record_error.Misplaced, "misplaced"),
)


def sentence_of(wrong: Exception) -> Sentence | None:
    """None for an error that is none of these. What the disk refused below another error is what people are told."""
    refused = wrong if isinstance(wrong, OSError) else wrong.__cause__
    if isinstance(refused, OSError):
        return _of_file(refused)
    if isinstance(wrong, Damaged):
        return Sentence("wrong.damaged", {"file": wrong.file.name, "seq": str(wrong.seq)})
    name = next((name for kind, name in NAMES if isinstance(wrong, kind)), "")
    return Sentence(f"wrong.{name}") if name else None


def _of_file(refused: OSError) -> Sentence:
    file = "" if refused.filename is None else str(refused.filename)
    name = OF_FILES.get(refused.errno or 0)
    if name is None:
        return Sentence("problem.file.other", {"file": file, "reason": str(refused.strerror or refused)})
    return Sentence(f"problem.file.{name}", {"file": file})
