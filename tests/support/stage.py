"""The whole product on this machine for tests: a bench in a folder that every user may enter."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TypeVar

from kiosk.rules.messages import EntryBody, Subject
from kiosk.words import load_words
from ui.demo.bench import Bench, Plan, people_from
from ui.demo.programs import User

Body = TypeVar("Body", bound=EntryBody)


@contextmanager
def bench(
    plan: Plan | None = None, users: Mapping[str, User] | None = None, people: tuple[Subject, ...] = ()
) -> Iterator[Bench]:
    """A county, a box and its devices, made and plugged in; the test starts the programs that it wants.

    Without `people` those of the demonstration come.
    """
    folder = Path(tempfile.mkdtemp(prefix="liangzheng-test-"))
    with resources.as_file(resources.files("ui.demo") / "people.json") as listed:
        coming = people or people_from(listed)
        made = Bench(folder, plan or Plan(run_seconds=0.3), coming, load_words("zh"), users)
    try:
        made.make()
        made.plug_in()
        yield made
    finally:
        made.close()
        for log in sorted((folder / "logs").glob("*.log")):  # pytest shows it for a test that failed
            print(f"== {log.name}\n{log.read_text(errors='replace')[-8000:]}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)


def card(stage: Bench, number: int = 0) -> Path:
    return stage.folder / "cards" / f"{stage.people[number].id}.png"


def entries(stage: Bench, *kinds: type[Body]) -> list[Body]:
    """Bodies of these kinds in the box's log, oldest first."""
    from kiosk import contract, log

    bodies = [contract.read(payload).entry for _, payload in log.Tail(stage.box / "up").after(0, 10_000)]
    return [body for body in bodies if isinstance(body, kinds)]
