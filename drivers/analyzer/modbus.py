"""Modbus: the only pymodbus. Its PDU and framer classes make the bytes; port, time and every check are ours.

pymodbus alone accepts answers with too few registers, of another function, or to an earlier question.
"""

from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest, WriteSingleCoilRequest
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteSingleRegisterRequest,
)

from drivers.analyzer.conversation import Conversation
from drivers.analyzer.modbus_lines import RtuLine, TcpLine
from drivers.errors import FrameError, Refused
from drivers.profile.exchange import Put, Read
from drivers.profile.link import Link

EXCEPTION = 0x80  # added to the function of the request
BITS = ("coil", "discrete")
READS: dict[str, type[ModbusPDU]] = {
    "coil": ReadCoilsRequest,
    "discrete": ReadDiscreteInputsRequest,
    "holding": ReadHoldingRegistersRequest,
    "input": ReadInputRegistersRequest,
}


class Modbus:
    """The units behind one open port. All answers come with the bytes that carried them, from the unit on."""

    def __init__(self, link: Link, talk: Conversation) -> None:
        tcp, decoder = link.kind == "modbus-tcp", DecodePDU(is_server=False)
        self._unit = link.unit or 0
        self._line: TcpLine | RtuLine = (
            TcpLine(FramerSocket(decoder), link, talk) if tcp else RtuLine(FramerRTU(decoder), link, talk)
        )

    def read(self, read: Read) -> tuple[bytes, bytes]:
        """Registers, two bytes each, or coils, the first in the lowest bit of the first byte; and the frame.

        Nothing of a count of 0, which some probes take for a command.
        """
        size = (read.count + 7) // 8 if read.table in BITS else 2 * read.count
        answer, frame = self._asked(_request(read), read.unit, 2 + size)
        if answer[1] != size:
            raise FrameError("analyzer.answer", field="length", value=answer[1])
        return answer[2:], frame

    def write(self, put: Put) -> None:
        """One coil or register is set; the answer is the echo of the request.

        A line with a local echo (`link.echo`) gives the same bytes twice. Heard once they prove nothing: silent.
        """
        request: ModbusPDU = WriteSingleRegisterRequest(address=put.addr, registers=[put.value])
        if put.table == "coil":
            request = WriteSingleCoilRequest(address=put.addr, bits=[bool(put.value)])
        said = _bytes(request)
        answer, _ = self._asked(said, put.unit, len(said))
        if answer != said:
            raise FrameError("analyzer.answer", field="write", value=answer.hex(" ").upper())

    def pdu(self, pdu: bytes, size: int | None) -> tuple[bytes, bytes]:
        """Any request; the answer's function and data, of `size` bytes where that is known, and the frame."""
        return self._asked(pdu, None, size)

    def _asked(self, pdu: bytes, unit: int | None, size: int | None) -> tuple[bytes, bytes]:
        answer, frame = self._line.ask(self._unit if unit is None else unit, pdu, size)
        if answer[0] == pdu[0] | EXCEPTION:
            raise Refused("analyzer.exception", field="exception", value=answer[1])
        return answer, frame


def _request(read: Read) -> bytes:
    """pymodbus refuses to build a read of nothing."""
    request = READS[read.table](address=read.addr, count=read.count or 1)
    return _bytes(request)[:-2] + read.count.to_bytes(2, "big")


def _bytes(request: ModbusPDU) -> bytes:
    return bytes([request.function_code]) + request.encode()
