"""The whole program as a county runs it: what somebody fills in on a page is signed and heard by the stations."""

import sys
from pathlib import Path

import httpx

from kiosk.clock import Clock, build_time, system_time
from kiosk.contract import read
from kiosk.rules.messages import NoticePut, UserPut
from kiosk.wire import Topics, unpack
from tests.support.broker import running_broker
from tests.support.line import Box, Client
from tests.support.waiting import wait_for
from tests.ui.county.test_keys_apart import closing_all
from ui.county.accounts import sessions
from ui.county.acts import Act, Acts
from ui.county.database import Database
from ui.county.orders import Orders
from ui.county.page_keys import office_key
from ui.county.web.doors import COOKIE
from ui.demo.programs import Programs

PROGRAM = [str(Path(sys.executable).with_name("liangzheng")), "county", "run", "--config"]
NOTICE = {"what": "publicity", "title": "宣传周", "text": "带证上市", "since": "2099-01-01", "until": "2099-01-31"}


def test_a_notice_reaches_a_station(tmp_path: Path) -> None:
    with running_broker(tmp_path, "gasa-01") as broker:
        Database(broker.config.memory).close()
        clock = Clock(build_time())
        acts = Acts(broker.config.memory, office_key(broker.folder), broker.config.county, clock.now, lambda: None)

        def begin(act: Act) -> str:
            act.says(UserPut("wang", "Wang", ("officer",)))
            return sessions.begin(act.sql, "wang", system_time(), half=False)[0]

        token, address = acts.do(begin), f"http://{broker.config.listen}"
        box = Box(tmp_path / "gasa-01", broker, "gasa-01")
        with closing_all(Programs(tmp_path / "logs", {})) as programs, Client(broker, box.folder / "tls") as line:
            line.subscribe(Topics(broker.config.county).of("all", "order"))
            programs.start("county", [*PROGRAM, str(broker.folder / "county.toml")])
            with httpx.Client(base_url=address, cookies={COOKIE: token}, headers={"origin": address}) as browser:
                wait_for(lambda: answers(browser), "the pages")
                assert browser.post("/orders/new/notice.put", data=NOTICE).status_code == 303
                wait_for(lambda: bool(line.heard), "the order at the station")
        heard = bytes(line.heard[0].payload)
        (order,) = map(read, unpack(heard, deflated=not heard.startswith(b"[")))
        assert order.bytes() == Orders(broker.folder).after("all", 0)[0]
        assert isinstance(order.order, NoticePut)
        assert (order.order.title, order.order.text) == ("宣传周", "带证上市")


def answers(browser: httpx.Client) -> bool:
    try:
        return browser.get("/orders").status_code == 200
    except httpx.TransportError:
        return False
