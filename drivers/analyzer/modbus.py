"""Modbus RTU reads: the only pymodbus. Its framer and PDU classes do the bytes; port, time and every check are ours.

pymodbus alone accepts answers with too few registers, of another function, or to an earlier question.
"""

from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from drivers.analyzer.conversation import Conversation
from drivers.errors import FrameError, Refused
from drivers.profile.form import Read

EXCEPTION = 5  # bytes: unit, function, code, CRC
GLITCH = 3  # stray bytes of a line that turns round; whatever is longer could be a frame


class Modbus:
    """One unit on one line."""

    def __init__(self, unit: int, talk: Conversation) -> None:
        self._unit = unit
        self._talk = talk
        self._framer = FramerRTU(DecodePDU(is_server=False))

    def read(self, read: Read) -> tuple[bytes, bytes]:
        """The registers as they came, and the frame that carried them."""
        request = self._request(read)
        self._talk.ask(self._framer.buildFrame(request))
        heard = self._burst(EXCEPTION + 2 * read.count)
        frame, answer = self._found(heard, request.function_code, read.count)
        if isinstance(answer, ExceptionResponse):
            raise Refused("analyzer.exception", field="exception", value=answer.exception_code)
        return frame[3:-2], frame

    def _request(self, read: Read) -> ModbusPDU:
        kind = ReadInputRegistersRequest if read.table == "input" else ReadHoldingRegistersRequest
        return kind(address=read.addr, count=read.count, dev_id=self._unit)

    def _burst(self, enough: int) -> bytes:
        """All that comes until the line falls silent: an answer is one frame, and nothing follows it."""
        heard = self._talk.answer(4096)
        while more := self._talk.after() if len(heard) >= enough else self._talk.more(4096):
            heard += more
            if len(heard) > enough + 4096:
                raise FrameError("analyzer.noise")
        return heard

    def _found(self, heard: bytes, function: int, count: int) -> tuple[bytes, ModbusPDU]:
        """The one frame that answers, with at most a few stray bytes around it."""
        seen: str | None = None
        for size, code in ((EXCEPTION + 2 * count, function), (EXCEPTION, function | 0x80)):
            for at in range(min(len(heard) - size, GLITCH) + 1 if size <= len(heard) <= size + GLITCH else 0):
                frame = heard[at : at + size]
                if frame[:2] == bytes((self._unit, code)) and (answer := self._sound(frame)):
                    return frame, answer
                seen = "analyzer.checksum"
        raise FrameError(self._what(heard) or seen or "analyzer.length")

    def _sound(self, frame: bytes) -> ModbusPDU | None:
        try:
            used, answer = self._framer.handleFrame(frame, self._unit, 0)
        except ModbusException:
            return None
        whole = answer is not None and used == len(frame)
        if not whole or isinstance(answer, ExceptionResponse):
            return answer if whole else None
        return answer if answer is not None and 2 * len(answer.registers) + EXCEPTION == len(frame) else None

    def _what(self, heard: bytes) -> str | None:
        """A sound frame that is no answer to our question is named as such."""
        crc = FramerRTU.compute_CRC(heard[:-2]).to_bytes(2, "big")
        return "analyzer.answer" if len(heard) >= EXCEPTION and crc == heard[-2:] else None
