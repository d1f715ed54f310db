"""`liangzheng audit`: only the door to the independent auditor (ui.audit), which also runs alone."""

import argparse
from typing import TYPE_CHECKING

from ui.audit.program import describe, run
from ui.audit.words import words_in

if TYPE_CHECKING:
    from kiosk.words import Words


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: "Words") -> None:
    own = words_in(words.language)
    about = own.text("command", "about")
    parser = commands.add_parser("audit", help=own.text("command", "help"), description=about)
    describe(parser, own)
    parser.set_defaults(run=lambda args, _: run(args, own))
