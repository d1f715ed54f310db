"""Every way a device can fail us.

DeviceError               code + facts; the code is the key of a sentence in the word packs
├── LinkError             the line: silent, unplugged, taken by another program, refused to open
├── FrameError            the bytes: checksum, length, an answer to another question
├── Refused               the device answered properly and the answer must not be used
└── ProfileError          the description of the device is wrong or does not fit it
"""


class DeviceError(Exception):
    """`code` names a sentence (`problem.<code>` in the word packs); `facts` fill its blanks."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code


class LinkError(DeviceError):
    pass


class FrameError(DeviceError):
    pass


class Refused(DeviceError):
    pass


class ProfileError(DeviceError):
    pass
