"""An ordinary page printer behind CUPS: one document goes in by IPP, its job is followed to the end.

`lp` and `lpstat` would do but for one thing: lpstat of CUPS 2.4 shows a job that was called off like one that came out.
"""

import getpass
import http.client
import os
import socket
import time
from collections.abc import Iterable
from itertools import chain

from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.printer import ipp
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import Clock, Printed, Unknown, begun
from drivers.printer.status import PrinterStatus, State, told, trouble

SERVER = "/run/cups/cups.sock"
ANSWER_MOST = 1 << 20  # bytes
COMPLETED, CALLED_OFF, HELD = 9, (7, 8), 6  # job-state, RFC 8011 5.3.7
IDLE, STOPPED = 3, 5  # printer-state, RFC 8011 5.4.11
# printer-state-reasons, RFC 8011 5.4.12; `-warning` and `-report` behind one mean that it still prints
PAPER = ("media-empty", "media-needed")
COVER = ("cover-open", "door-open", "interlock-open")
ERROR = ("media-jam", "toner-empty", "marker-supply-empty", "marker-waste-full", "fuser-over-temp", "output-area-full")
OFFLINE = ("offline", "shutdown", "timed-out")
STILL_PRINTS = ("-warning", "-report")


class CupsPrinter:
    """`server`: a Unix socket or host:port, where CUPS_SERVER does not name another."""

    def __init__(
        self, queue: str, model: PrinterModel, server: str | None = None, clock: Clock = time.monotonic
    ) -> None:
        self._queue = queue
        self._model = model
        self._server = server or os.environ.get("CUPS_SERVER") or SERVER
        self._clock = clock

    def status(self) -> PrinterStatus:
        """LinkError: no CUPS there, or it has no such printer."""
        answer = self._ask(ipp.GET_PRINTER)
        if answer.status == ipp.NOT_FOUND:
            raise LinkError("printer.queue", queue=self._queue)
        accepts = answer.attributes.get("printer-is-accepting-jobs", (True,))[0]
        state = answer.number("printer-state")
        return status_of(state, bool(accepts), answer.words("printer-state-reasons"))

    def require_ready(self) -> None:
        """DeviceError says why nothing should be sent now. What an idle printer lacks is not known, and no reason."""
        if (code := trouble(self.status())) is not None:
            raise Refused(code)

    def print_job(self, job: Iterable[bytes], job_id: bytes) -> Printed | Unknown:
        """Prints once. DeviceError: CUPS did not take the job. Unknown: it did, and the end is not known."""
        first, rest = begun(job, self._model)
        self.require_ready()
        try:
            taken = self._ask(
                ipp.PRINT_JOB,
                {"job-name": job_id.decode("ascii"), "document-format": "application/pdf"},
                chain((first,), rest),
            )
        except DeviceError as lost:
            return Unknown(lost.code)
        if not taken.done:
            raise Refused("printer.queue_refused", queue=self._queue)
        try:
            return self._await_end(taken.number("job-id"))
        except DeviceError as lost:
            return Unknown(lost.code)

    def close(self) -> None:
        """Nothing stays open."""

    def _await_end(self, job: int) -> Printed | Unknown:
        """A backend says anew what it lacks when it starts: only what stays for a while ends the job."""
        began = well_at = self._clock()
        code = None
        while (now := self._clock()) - began < self._model.prints_within:
            state = self._state(job)
            if state == COMPLETED:
                return Printed("spooler")
            if state in CALLED_OFF:
                return Unknown("printer.called_off")
            code = trouble(self.status()) or ("printer.offline" if state == HELD else None)
            if code is None:
                well_at = now
            elif now - well_at >= self._model.settles:
                break
            time.sleep(self._model.quiet)
        return self._called_off(job, code or "printer.no_completion")

    def _called_off(self, job: int, code: str) -> Printed | Unknown:
        """The rest must not come out later, when paper is loaded; a job that was faster than we has come out."""
        self._ask(ipp.CANCEL_JOB, {"job-id": job})
        return Printed("spooler") if self._state(job) == COMPLETED else Unknown(code)

    def _state(self, job: int) -> int:
        return self._ask(ipp.GET_JOB, {"job-id": job}).number("job-state")

    def _ask(self, operation: int, more: dict[str, str | int] | None = None, data: Iterable[bytes] = ()) -> ipp.Answer:
        uri = f"ipp://localhost/printers/{self._queue}"
        fields = {"printer-uri": uri, **(more or {}), "requesting-user-name": _user()}
        return ask(self._server, f"/printers/{self._queue}", operation, fields, data, self._model.answers_within)


def queues(server: str | None = None, timeout: float = 5.0) -> tuple[str, ...]:
    """Every printer that CUPS has; none where there is no CUPS."""
    try:
        found = ask(server or os.environ.get("CUPS_SERVER") or SERVER, "/", ipp.CUPS_GET_PRINTERS, {}, (), timeout)
    except DeviceError:
        return ()
    return found.words("printer-name")


def status_of(state: int, accepts: bool, reasons: Iterable[str]) -> PrinterStatus:
    """What hinders it now is BAD; what it only warns of is not, but for a roll or tray that runs low.

    CUPS keeps what the last job found until the next one runs: of an idle printer nothing bad is known.
    """
    reasons = tuple(reasons)
    bad = State.UNKNOWN if state == IDLE else State.BAD
    hinders = {reason.removesuffix("-error") for reason in reasons if not reason.endswith(STILL_PRINTS)}
    named = {reason.removesuffix("-error").removesuffix("-warning").removesuffix("-report") for reason in reasons}
    return PrinterStatus(
        online=told(state == STOPPED or not accepts or (state != IDLE and not named.isdisjoint(OFFLINE))),
        cover=State.OK if hinders.isdisjoint(COVER) else bad,
        error=State.OK if hinders.isdisjoint(ERROR) else bad,
        paper=State.OK if hinders.isdisjoint(PAPER) else bad,
        near_end=told("media-low" in named),
        silent=False,
        busy=State.UNKNOWN,
    )


def ask(
    server: str, path: str, operation: int, fields: dict[str, str | int], data: Iterable[bytes], timeout: float
) -> ipp.Answer:
    """LinkError: CUPS cannot be reached or hung up. FrameError: what answers there is no CUPS."""
    line = _Local(server, timeout) if server.startswith("/") else http.client.HTTPConnection(server, timeout=timeout)
    headers = {"Content-Type": "application/ipp", "Host": "localhost"}
    try:
        line.request("POST", path, chain((ipp.request(operation, fields),), data), headers, encode_chunked=True)
        heard = line.getresponse()
        told_us = heard.read(ANSWER_MOST)
    except (OSError, http.client.HTTPException) as lost:
        raise LinkError("printer.spooler", server=server) from lost
    finally:
        line.close()
    if heard.status != http.HTTPStatus.OK:
        raise FrameError("printer.garbled")
    return ipp.answer(told_us)


class _Local(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return "liangzheng"
