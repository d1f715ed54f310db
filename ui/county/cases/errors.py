"""What the rooms of cases refuse.

CaseError       code + facts; `county.case.wrong.<code>` is the sentence
├── Unfit       a step cannot be noted so
└── BadPicture  a file is no picture that is kept
"""


class CaseError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class Unfit(CaseError):
    pass


class BadPicture(CaseError):
    pass
