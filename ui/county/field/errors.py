"""What the phones' room refuses.

FieldError
├── Unfit    a note cannot be kept as it is: what to correct, by the field that it stands in
└── Taken    the id of a note is another account's
"""

from collections.abc import Mapping

from kiosk.rules.sentence import Sentence


class FieldError(Exception):
    pass


class Unfit(FieldError):
    def __init__(self, problems: Mapping[str, Sentence]) -> None:
        super().__init__(dict(problems))
        self.problems = dict(problems)


class Taken(FieldError):
    pass
