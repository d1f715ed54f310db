"""Every way the rules can refuse to work with what they were given. A verdict is never an exception.

RuleError          code + facts; the code is the key of a sentence (`problem.<code>`)
├── OutOfTurn      a visit was asked for a step that its stage does not allow
├── Unusable       numbers that no rule can be applied to
└── Unreadable     a saved value that is not in our form
"""


class RuleError(Exception):
    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code


class OutOfTurn(RuleError):
    def __init__(self, step: str, stage: str) -> None:
        super().__init__("rules.out_of_turn", step=step, stage=stage)


class Unusable(RuleError):
    pass


class Unreadable(RuleError):
    pass
