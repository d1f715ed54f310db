"""An act as one sentence: what was done, with the facts that somebody who looks it over asks for."""

from kiosk.rules.messages import ActBody, OrderAsked, OrderGiven, UserEnded, UserPut, UserSecret, UserSession
from ui.county.acted import Deed
from ui.county.cases import told as cases
from ui.county.field import told as field
from ui.county.people import told as people
from ui.county.telling import Teller


def deed_told(deed: Deed, tell: Teller) -> str:
    """One of newer software is told by its kind."""
    if deed.act is None:
        return tell.word("county.kind", deed.kind)
    rooms = (_told, people.told, cases.told, field.told)
    return next(said for told in rooms if (said := told(deed.act, tell)) is not None)


def _told(act: ActBody, tell: Teller) -> str | None:
    """Of accounts and orders; None for an act of another room."""
    match act:
        case UserPut() as user:
            roles = tell.say("county.trace.scope_join").join(tell.word("county.role", role) for role in user.roles)
            where = " ".join((*user.regions, *user.stations)) or tell.say("county.user.whole")
            return tell.say("county.act.user_put", name=user.name, roles=roles, where=where, reason=_why(user.reason))
        case UserEnded(reason=reason):
            return tell.say("county.act.user_ended", reason=_why(reason))
        case UserSecret(what=what):
            return tell.say(f"county.act.secret.{what}")
        case UserSession(what=what, address=address):
            return tell.say(f"county.act.session.{what}", address=address or "-")
        case OrderGiven(order=order, reason=reason) | OrderAsked(order=order, reason=reason):
            key = "county.act.order" if isinstance(act, OrderGiven) else "county.act.asked"
            return tell.say(key, order=tell.word("county.order", order), reason=_why(reason))
    return None


def _why(reason: str) -> str:
    return f" · {reason}" if reason else ""
