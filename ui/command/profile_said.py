"""What a profile says, in words of one language: for lists and for the page of devices."""

from drivers.profile.form import Profile
from kiosk.words import Words

LINES = {"none": "", "rtscts": " RTS/CTS", "xonxoff": " XON/XOFF"}


def analysis(profile: Profile, words: Words) -> str:
    return words.say(f"command.profile.analysis.{profile.device.analysis}")


def evidence(profile: Profile, words: Words) -> str:
    return words.say(f"command.profile.evidence.{profile.device.evidence}")


def firmware(profile: Profile, words: Words) -> str:
    """A range, or that the wire carries no number; with the dialect where there is one."""
    device = profile.device
    said = words.say("command.profile.doc.any") if device.firmware == "*" else device.firmware
    return f"{said} · {device.dialect}" if device.dialect else said


def link(profile: Profile, words: Words) -> str:
    said = profile.link
    kind = words.say(f"command.profile.link.{said.kind}")
    if said.baud is None:
        return kind
    speeds = "/".join(str(baud) for baud in (said.baud, *said.fallback))
    return f"{kind} {speeds} {said.format}{LINES[said.flow]}"


def integrity(profile: Profile, words: Words) -> str:
    """Whether wrong bytes are seen, and by what."""
    heard = profile.device.integrity == "none" and profile.link.initiative == "device"
    return words.say(f"command.profile.integrity.{'heard' if heard else profile.device.integrity}")


def quantity(name: str, words: Words) -> str:
    key = f"command.profile.quantity.{name}"
    return words.say(key) if words.knows(key) else name


def identification(profile: Profile, words: Words) -> str:
    """How we know that it is this one."""
    identify = profile.identify
    if profile.link.initiative == "device":
        return words.say("command.profile.identify.speaks")
    if identify is None or identify.exchange is None:
        return words.say("command.profile.identify.person")
    key = "safe" if identify.safe else "unsafe"
    asked = words.say(f"command.profile.identify.{key}")
    if identify.weak:
        return asked + words.say("command.profile.identify.weak")
    accepted = [f"{one.field} = {' | '.join(str(value) for value in one.among)}" for one in identify.accept]
    return asked + words.say("command.profile.identify.accept", accepted="; ".join(accepted))
