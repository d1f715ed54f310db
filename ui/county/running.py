"""Which of the county's intakes run on this machine: each holds the lock of its name while it does."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ui.county.office import CountyConfig, OfficeError, intakes
from ui.county.rights import INTAKE


@contextmanager
def running_as(config: CountyConfig, name: str) -> Iterator[None]:
    """An intake of this name runs once; SQLite has one writer, so there only the first name may run at all."""
    if not config.database and name != INTAKE:
        raise OfficeError("office.intake_sqlite", name=name)
    if name not in intakes(config.folder):
        raise OfficeError("office.intake_unknown", name=name)
    with (config.folder / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise OfficeError("office.intake_twice", name=name) from taken
        yield


@contextmanager
def none_running(config: CountyConfig) -> Iterator[None]:
    """Raises OfficeError while an intake runs here; none starts before this is left."""
    names = intakes(config.folder) if config.database else [INTAKE]
    with ExitStack() as held:
        for name in names:
            held.enter_context(running_as(config, name))
        yield
