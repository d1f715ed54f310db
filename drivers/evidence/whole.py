"""Bytes that a person writes down, made a whole message: head, checksum, end as the profile has them. Pure."""

from drivers.analyzer.frames import crc, wrap
from drivers.errors import ProfileError
from drivers.profile.form import Profile
from drivers.profile.link import Check, Framed, Line, Silence

MODBUS = Check.model_validate(  # Modbus over serial line 1.02, 6.2.2: the lower byte first
    {
        "algo": "crc", "width": 16, "poly": 0x8005, "init": 0xFFFF, "refin": True, "refout": True, "at": -2,
        "order": "little",
    }
)  # fmt: skip


def whole(data: bytes, profile: Profile) -> bytes:
    """`data` may begin with the head, ours or the instrument's: it is not written twice. Of Modbus RTU: unit and PDU.

    ProfileError `profile.bare`: messages of this profile have nothing that could be added.
    """
    frame = profile.frame
    if profile.link.kind == "modbus-rtu":
        return data + crc(data, MODBUS).to_bytes(2, MODBUS.order)
    if isinstance(frame, Framed):
        if data.startswith(frame.heard):
            return wrap(data.removeprefix(frame.heard), frame.model_copy(update={"start": frame.heard}))
        return wrap(data.removeprefix(frame.start), frame)
    if isinstance(frame, Line):
        return wrap(data.removeprefix(frame.start.encode("latin-1")), frame)
    if isinstance(frame, Silence) and frame.start + frame.end:
        return frame.start + data.removeprefix(frame.start) + frame.end
    raise ProfileError("profile.bare", profile=profile.id)
