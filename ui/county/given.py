"""What the county has put over the shipped packs so far, as its own order logs have it; and whether more would fit."""

from datetime import datetime

from kiosk.contract import read
from kiosk.override import Overrides
from kiosk.rules.messages import PackPut, SettingsPut
from ui.county.orders import ALL, Orders


def given(orders: Orders, station: str = "") -> Overrides:
    """All that stands in the county-wide stream, and in that of one station: the later order counts."""
    found = [order for stream in (ALL, station) if stream for order in _puts(orders, stream)]
    put = Overrides()
    for at, name, body in sorted(found, key=lambda order: order[0]):
        if isinstance(body, PackPut):
            put = put.with_pack(body, name, at.date())
        else:
            put = put.with_settings(body, name, at.date())
    return put


def _puts(orders: Orders, stream: str) -> list[tuple[datetime, str, PackPut | SettingsPut]]:
    found, seq = [], 0
    while payloads := orders.after(stream, seq):
        for payload in payloads:
            envelope = read(payload)
            seq, body = envelope.header.seq, envelope.order
            if isinstance(body, PackPut | SettingsPut):
                found.append((datetime.fromisoformat(envelope.header.time), f"{stream}/{seq}", body))
    return found
