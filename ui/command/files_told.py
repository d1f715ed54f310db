"""Why a file could not be read or written, in words that say what to do; the system's own where we have none."""

import errno

from kiosk.words import Words

KNOWN = {
    errno.ENOENT: "absent",
    errno.ENOTDIR: "absent",
    errno.EISDIR: "folder",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "read_only",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.ENAMETOOLONG: "name",
}


def file_told(wrong: OSError, words: Words) -> str:
    name = KNOWN.get(wrong.errno or 0)
    file = "" if wrong.filename is None else str(wrong.filename)
    if name is None:
        return words.say("problem.file.other", file=file, reason=wrong.strerror or wrong)
    return words.say(f"problem.file.{name}", file=file).strip()
