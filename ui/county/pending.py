"""How an entry that waits behind a gap is told: from its own body, for no table knows of it yet."""

from kiosk.rules.messages import Certificate, Incident, Test
from ui.county.reader import Kept
from ui.county.sheet import body_of, inhibition_shown
from ui.county.telling import Teller


class Pending:
    def __init__(self, tell: Teller) -> None:
        self._tell = tell

    def told(self, kept: Kept) -> tuple[str, str, str, str]:
        """Mark, what it is, what it is about, and its value."""
        tell, say = self._tell, self._tell.say
        match body_of(kept):
            case Test() as test:
                value = "" if test.value is None else inhibition_shown(test.value, test.unit)
                outcome = test.verdict.outcome
                return outcome, tell.word("outcome", outcome), tell.product(test.product), value
            case Certificate() as paper:
                amount = tell.amount(paper.quantity, paper.unit)
                return "certificate", say("county.feed.certificate"), tell.product(paper.product), amount
            case Incident() as incident:
                part, problem = tell.word("county.part", incident.part), tell.problem(incident.problem, incident.facts)
                return (
                    "incident",
                    say("county.feed.incident"),
                    say("county.feed.at_problem", part=part, problem=problem),
                    "",
                )
            case _:
                return "quiet", say("county.feed.raw"), tell.word("county.kind", kept.envelope.header.kind), ""
