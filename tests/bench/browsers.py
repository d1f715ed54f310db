"""Browsers that only listen, in a process of their own: each holds one event stream open and says when a frame came.

`python -m tests.bench.browsers HOST PORT PATH COOKIE COUNT` prints `ready`, then for each frame a line
`<browser> <id of the frame> <monotonic seconds>`, until its input is closed.
"""

import re
import selectors
import socket
import sys
import time

ID = re.compile(rb"^id: (\d+)\r?$", re.MULTILINE)


def main() -> int:
    host, port, path, cookie, count = sys.argv[1:]
    asked = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
    waiting = selectors.DefaultSelector()
    for nth in range(int(count)):
        browser = socket.create_connection((host, int(port)))
        browser.sendall(asked.encode())
        waiting.register(browser, selectors.EVENT_READ, nth)
    waiting.register(sys.stdin, selectors.EVENT_READ, None)
    lacking = set(range(int(count)))
    while True:
        for key, _ in waiting.select():
            if key.data is None:
                return 0
            found = ID.findall(key.fileobj.recv(1 << 20))  # type: ignore[union-attr]
            at = time.monotonic()
            for number in found:
                sys.stdout.write(f"{key.data} {number.decode()} {at}\n")
            if found and lacking:
                lacking.discard(key.data)
                if not lacking:
                    sys.stdout.write("ready\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
