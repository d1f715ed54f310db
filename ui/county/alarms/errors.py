"""What the room of alarms refuses.

AlarmError       code + facts
├── ChannelError the channels cannot be used as they are written: `county.duty.channels.<code>`
└── Unfit        nobody can be put on duty so: `county.duty.wrong.<code>`
"""


class AlarmError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class ChannelError(AlarmError):
    pass


class Unfit(AlarmError):
    pass
