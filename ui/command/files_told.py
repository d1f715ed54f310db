"""Why a file, a record or a seal was refused, in words that say what to do; an error's own text where we have none."""

from kiosk.error_words import sentence_of
from kiosk.words import Words


def reason(wrong: Exception, words: Words) -> str:
    """Of a refusal, whoever refused."""
    sentence = sentence_of(wrong)
    return str(wrong) if sentence is None else words.say(sentence.key, **sentence.facts).strip()


def file_told(wrong: OSError, words: Words) -> str:
    return reason(wrong, words)
