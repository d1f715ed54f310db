"""The box's networks through NetworkManager's own program, nmcli: a program with arguments, never a shell.

The station itself speaks to no network: systemd/50-liangzheng-network.rules lets its user ask NetworkManager.
Output and exit codes: nmcli(1), «-t» and «EXIT STATUS».

NetworkError   code + facts; `network.problem.<code>` is the sentence
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PROGRAM = "nmcli"
WAITS = 60  # seconds that a connection may take
# EXIT STATUS
CODES = {3: "timeout", 4: "refused", 8: "asleep", 10: "gone"}
SECRET = ("secrets were required", "802-11-wireless-security.psk", "invalid password")  # how nmcli says: wrong password
DENIED = "insufficient privileges"


class NetworkError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Plug:
    """One device of the network. `kind`: ethernet | wifi | gsm …; `state` is NetworkManager's word."""

    device: str
    kind: str
    state: str
    connection: str

    @property
    def up(self) -> bool:
        return self.state.startswith("connected")


@dataclass(frozen=True, slots=True)
class Wifi:
    """One network in the air; `signal` 0 to 100."""

    name: str
    signal: int
    locked: bool
    joined: bool


class Network:
    """Blocks: for a thread of its own. `program`: name or path of nmcli."""

    def __init__(self, program: str = PROGRAM, waits: int = WAITS) -> None:
        self._program = program
        self._waits = waits

    def plugs(self) -> tuple[Plug, ...]:
        rows = self._ask("-f", "DEVICE,TYPE,STATE,CONNECTION", "device", "status")
        found = (Plug(*row[:4]) for row in rows if len(row) >= 4)
        return tuple(plug for plug in found if plug.kind in ("ethernet", "wifi", "gsm"))

    def wifis(self) -> tuple[Wifi, ...]:
        """The strongest of each name first; the one that is joined before all."""
        rows = self._ask("-f", "IN-USE,SSID,SIGNAL,SECURITY", "device", "wifi", "list", "--rescan", "yes")
        found: dict[str, Wifi] = {}
        for row in rows:
            if len(row) >= 4 and row[1] and row[2].isdigit():
                one = Wifi(row[1], int(row[2]), row[3] not in ("", "--"), row[0] == "*")
                best = max((one, found.get(one.name, one)), key=lambda wifi: (wifi.joined, wifi.signal))
                found[one.name] = best
        return tuple(sorted(found.values(), key=lambda wifi: (not wifi.joined, -wifi.signal)))

    def known(self) -> tuple[str, ...]:
        """Names of the Wi-Fi networks whose password is kept."""
        return tuple(row[0] for row in self._connections() if row[1] == "802-11-wireless")

    def join(self, name: str, password: str) -> None:
        """Raises NetworkError; `password` empty: an open network, or a known one."""
        secret = ("password", password) if password else ()
        self._do("device", "wifi", "connect", name, *secret)

    def forget(self, name: str) -> None:
        self._do("connection", "delete", "id", name)

    def apn(self) -> str | None:
        """Of the modem's connection; None without one."""
        modem = self._modem()
        if modem is None:
            return None
        rows = self._ask("-g", "gsm.apn", "connection", "show", "id", modem)
        return rows[0][0] if rows else ""

    def set_apn(self, apn: str) -> None:
        modem = self._modem()
        if modem is None:
            self._do("connection", "add", "type", "gsm", "ifname", "*", "con-name", "liangzheng-4g", "apn", apn)
        else:
            self._do("connection", "modify", "id", modem, "gsm.apn", apn)
        self._do("connection", "up", "id", modem or "liangzheng-4g")

    def _modem(self) -> str | None:
        return next((row[0] for row in self._connections() if row[1] == "gsm"), None)

    def _connections(self) -> list[list[str]]:
        return [row for row in self._ask("-f", "NAME,TYPE", "connection", "show") if len(row) >= 2]

    def _ask(self, *arguments: str) -> list[list[str]]:
        return [list(fields(line)) for line in self._said("-t", "-e", "yes", *arguments).splitlines() if line]

    def _do(self, *arguments: str) -> None:
        self._said("--wait", str(self._waits), *arguments)

    def _said(self, *arguments: str) -> str:
        """What it answers. Raises NetworkError: absent, timeout, asleep, password, denied, refused, gone, failed."""
        try:
            done = subprocess.run(
                (self._program, *arguments),
                capture_output=True,
                timeout=self._waits + 10,
                check=False,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        except (FileNotFoundError, PermissionError):
            raise NetworkError("absent") from None
        except (OSError, ValueError):  # a name that no program can be given
            raise NetworkError("failed", said="-") from None
        except subprocess.TimeoutExpired:
            raise NetworkError("timeout") from None
        if done.returncode != 0:
            raise _error(done.returncode, done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "replace")


def fields(line: str) -> Iterator[str]:
    """A line of terse output: `:` between fields, and a backslash before `:` and backslash within them."""
    field, escaped = "", False
    for character in line:
        if escaped or character not in "\\:":
            field, escaped = field + character, False
        elif character == "\\":
            escaped = True
        else:
            yield field
            field = ""
    yield field


def _error(code: int, said: str) -> NetworkError:
    lower = said.lower()
    if any(word in lower for word in SECRET):
        return NetworkError("password")
    if DENIED in lower or "not authorized" in lower:
        return NetworkError("denied")
    return NetworkError(CODES.get(code, "failed"), said=_line(said.splitlines()))


def _line(lines: Sequence[str]) -> str:
    return next((line.strip()[:160] for line in lines if line.strip()), "-")
