"""What ends a look at an export, or at a part of it.

AuditError
├── Wrong        something is not as the page says; the finding that it makes
└── Unopened     there is no such file, or it cannot be read: nothing was looked at
"""


class AuditError(Exception):
    pass


class Wrong(AuditError):
    """`code` is one of ui.audit.codes; `facts` fill its sentence."""

    def __init__(self, code: str, seq: int = 0, **facts: object) -> None:
        super().__init__(code, seq, facts)
        self.code = code
        self.seq = seq
        self.facts = facts


class Unopened(AuditError):
    pass
