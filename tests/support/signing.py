"""The county's folder with the two keys of its signer, and what the desk's pages ask of it."""

import json
from contextlib import closing
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.clock import BEIJING, Clock
from kiosk.contract import read
from kiosk.rules.messages import CardMade, OrderAsked, OrderBody
from kiosk.trust import Trust
from tests.support.bodies import COUNTY
from tests.ui.county.conftest import Desk
from ui.county.acts import Act
from ui.county.database import open_reader
from ui.county.orders import Orders
from ui.county.signed import Signed
from ui.county.signer import Signer

AT = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)


class SigningOffice:
    """A county's folder with the two keys of the signer, and what the desk's pages ask."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        (folder / "keys").mkdir(parents=True, exist_ok=True)
        (folder / "orders").mkdir(exist_ok=True)
        for name in ("order", "card"):
            key = getattr(desk.county, name)
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (folder / "keys" / f"{name}.key").write_bytes(pem)
        (folder / "trust.json").write_bytes(self.trust().bytes())
        told = {"county": COUNTY, "folder": str(folder), "host": "lz.example.cn", "broker_host": "mqtt.example.cn"}
        text = "\n".join(f"{name} = {json.dumps(value)}" for name, value in told.items())
        (folder / "county.toml").write_text(text, "utf-8")
        self.signed = Signed(folder)
        self.orders = Orders(folder)

    def trust(self) -> Trust:
        return self.desk.county.trust

    def signer(self) -> Signer:
        return Signer(self.folder, self.desk.file, self.trust, Clock(AT))

    def signs(self) -> int:
        with closing(self.signer()) as signer:
            return signer.once()

    def ask(self, body: OrderBody, stream: str = "all", by: str = "officer") -> tuple[str, int]:
        """The name of the act."""
        self.desk.accounts.desks.acts.do(lambda act: act.asks(stream, body, by=by, reason="why"))
        return self.last()

    def says(self, body: CardMade | OrderAsked) -> tuple[str, int]:
        def say(act: Act) -> None:
            act.says(body)

        self.desk.accounts.desks.acts.do(say)
        return self.last()

    def last(self) -> tuple[str, int]:
        with closing(open_reader(self.desk.file)) as sql:
            row = sql.execute("select log, seq from act order by seq desc limit 1").fetchone()
        return str(row["log"]), int(row["seq"])

    def given(self, stream: str = "all") -> list[OrderBody]:
        return [read(payload).order for payload in self.orders.after(stream, 0)]

    def refusal(self, name: tuple[str, int]) -> str:
        outcome = self.signed.outcome(*name)
        assert outcome is not None
        assert (outcome.stream, outcome.seq) == ("", 0)
        return outcome.refused
