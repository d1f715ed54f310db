"""Acts about cases, alarms and reviews as one sentence each, for the list of what everybody did."""

from kiosk.rules.messages import ActBody, AlarmTold, CaseNoted, DutyEnded, DutyPut, TestJudged
from ui.county.telling import Teller


def told(act: ActBody, tell: Teller) -> str | None:
    """None for an act of another room. No name and no address of who is told stands in it."""
    said: str | None = None
    match act:
        case CaseNoted():
            outcome = "" if act.outcome is None else tell.word("county.case.lab", act.outcome)
            said = tell.say(f"county.case.line.{act.what}", who=act.who, number=act.number, outcome=outcome)
        case DutyPut(channel=channel, step=step):
            said = tell.say("county.duty.put", channel=channel, step=step)
        case DutyEnded():
            said = tell.say("county.duty.was_ended")
        case AlarmTold():
            reason = tell.sentence(act.reason, {}) if act.reason else ""
            said = tell.say(f"county.case.told.{act.outcome}", name=act.duty, step=act.step, reason=reason)
        case TestJudged(agreed=agreed, note=note):
            said = tell.say("county.case.line.judged_agreed" if agreed else "county.case.line.judged_doubted")
            said = f"{said} · {note}" if note else said
    return said
