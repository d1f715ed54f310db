"""A Modbus RTU slave by modbus-tk on the terminal that is named; says `ready` and serves until it is ended."""

import signal
import sys

import serial
from modbus_tk import defines, modbus_rtu

server = modbus_rtu.RtuServer(serial.Serial(sys.argv[1], 9600), error_on_missing_slave=False)
slave = server.add_slave(5)
slave.add_block("holding", defines.HOLDING_REGISTERS, 100, 8)
slave.add_block("coils", defines.COILS, 0, 16)
slave.set_values("holding", 100, [*range(1, 9)])
server.start()
print("ready", flush=True)
signal.pause()
