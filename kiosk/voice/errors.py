"""What can be wrong with a voice.

VoiceError     a pack, a sound or a program that was needed; `code` is the key of its words
"""


class VoiceError(Exception):
    """`code` is a key of the word packs (`problem.voice.…`), `facts` fill its blanks."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}")
        self.code = code
        self.facts = facts
