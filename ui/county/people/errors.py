"""What the producers' room refuses.

PeopleError     code + facts; `problem.people.<code>` is the sentence
├── Unfit       a fact cannot be so; `column` is where
├── Unreadable  a file is none that can be read
└── Absent      there is no such producer, card or file, or none that this visitor may see
"""


class PeopleError(Exception):
    def __init__(self, code: str, column: str = "", **facts: object) -> None:
        super().__init__(code, column, facts)
        self.code = code
        self.column = column
        self.facts = facts


class Unfit(PeopleError):
    pass


class Unreadable(PeopleError):
    pass


class Absent(PeopleError):
    pass
