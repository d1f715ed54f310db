"""Why a line does not stand: the key of a sentence that says what to do, and how long to stay away.

Numbers and errors in, words' keys out. Reason codes are those of MQTT 5 §2.4, verify codes those of OpenSSL
(x509_vfy.h), alerts those of RFC 8446 §6.
"""

import socket
import ssl
from dataclasses import dataclass

from kiosk.wire import Backoff

TAKEN_OVER = 0x8E  # session taken over
PACKET_TOO_LARGE = 0x95

# reason code of CONNACK, PUBACK or DISCONNECT → sentence
REASONS = {
    0x80: "uplink.refused",
    0x84: "uplink.wrong_version",
    0x85: "uplink.refused",  # client identifier not valid
    0x86: "uplink.refused",  # bad user name or password
    0x87: "uplink.refused",  # not authorised
    0x88: "uplink.busy",  # server unavailable
    0x89: "uplink.busy",
    0x8A: "uplink.banned",
    0x8B: "uplink.busy",  # server shutting down
    0x8D: "uplink.silent",  # keep alive timeout
    TAKEN_OVER: "uplink.taken_over",
    0x93: "uplink.too_fast",  # receive maximum exceeded
    PACKET_TOO_LARGE: "uplink.too_large",
    0x96: "uplink.too_fast",
    0x97: "uplink.quota",
    0x98: "uplink.refused",  # administrative action
    0x9F: "uplink.too_fast",  # connection rate exceeded
}
LONG = frozenset({"uplink.taken_over", "uplink.banned"})

NOT_YET, EXPIRED, UNKNOWN, OTHER_NAME = (
    "uplink.tls_not_yet",
    "uplink.tls_expired",
    "uplink.tls_unknown",
    "uplink.tls_name",
)
VERIFIED = {
    9: NOT_YET,
    10: EXPIRED,
    18: UNKNOWN,
    19: UNKNOWN,
    20: UNKNOWN,
    21: UNKNOWN,
    7: UNKNOWN,  # signed by another key of the same name
    62: OTHER_NAME,
    64: OTHER_NAME,
}
# what the broker says of our certificate, after the handshake
ALERTS = {
    "unknown ca": "uplink.tls_ours",
    "certificate required": "uplink.tls_ours",
    "certificate unknown": "uplink.tls_ours",
    "certificate expired": "uplink.tls_ours_time",
    "certificate revoked": "uplink.tls_ours",
    "bad certificate": "uplink.tls_ours",
    "access denied": "uplink.tls_ours",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    key: str
    reason: str

    @property
    def stay_away(self) -> bool:
        """Coming back at once would only hurt: another box has our name, or the broker has shut us out."""
        return self.key in LONG


def of_error(error: OSError) -> Trouble:
    """Of a connection that could not be made."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble(VERIFIED.get(error.verify_code, "uplink.tls"), error.verify_message)
    if isinstance(error, ssl.SSLError):
        return Trouble("uplink.tls", error.reason or str(error))
    if isinstance(error, socket.gaierror):
        return Trouble("uplink.no_name", error.strerror or str(error))
    return Trouble("uplink.lost", error.strerror or str(error))


def of_reason(code: int, said: str) -> Trouble:
    """Of a connection that the broker refused or ended with a reason code."""
    return Trouble(REASONS.get(code, "uplink.lost"), said)


def of_alert(said: str) -> Trouble:
    """Of a connection that broke; `said` is what the library told of it."""
    plain = said.lower().replace("_", " ")
    key = next((key for alert, key in ALERTS.items() if f"alert {alert}" in plain), "uplink.lost")
    return Trouble(key, said)


class Manners:
    """How soon a lost line is tried again. A broker shuts out who flaps (EMQX: 15 disconnects in a minute): the pauses
    begin small again only after a line that stood for `steady_s`.
    """

    def __init__(self, retry: Backoff, away: Backoff, steady_s: float) -> None:
        self._retry = retry
        self._away = away
        self._steady_s = steady_s

    def stood(self, seconds: float) -> None:
        """A line has been standing for so long."""
        if seconds >= self._steady_s:
            self._retry.reset()
            self._away.reset()

    def pause(self, trouble: Trouble | None) -> float:
        """Seconds until the next attempt."""
        pause = self._retry.next()
        return max(pause, self._away.next()) if trouble is not None and trouble.stay_away else pause
