"""What the office's accounts refuse.

AccountError    code + facts
├── Refused     somebody does not come in, or his secret does not change: `county.door.<code>`
└── Unfit       an account cannot be so: `problem.office.user.<code>`
"""


class AccountError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class Refused(AccountError):
    pass


class Unfit(AccountError):
    pass
