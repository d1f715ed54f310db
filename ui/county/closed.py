"""Makes this process one that no other of the same user may look into: its memory, its files, its namespaces.

The signer has the user of the county's files, and its keys stand in its own mount namespace alone; `/proc/PID/root` and
`/proc/PID/mem` of a dumpable process would lead there (proc(5), PR_SET_DUMPABLE in prctl(2)).
"""

import ctypes
import os

PR_SET_DUMPABLE = 4


def close_to_others() -> None:
    """Raises OSError."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
