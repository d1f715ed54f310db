"""ZPL status: three strings to ~HS (Zebra ZPL II programming guide 45541L, ~HS). Fields are told by their place.

1  aaa,b,c,dddd,eee,f,g,h,iii,j,k,l   b paper out, c pause, e formats in the buffer, f buffer full, h half a format,
                                      k too cold, l too hot
2  mmm,n,o,p,q,r,s,t,uuuuuuuu,v,www   o head up, p ribbon out, u labels remaining
3  xxxx,y
"""

import re

from drivers.printer.status import NONSENSE, NOTHING_HEARD, State, told
from drivers.printer.status import PrinterStatus as Status

ASK = b"~HS\r\n"
STRINGS = 3
_FORMS = (
    rb"\x02\d{3},([01]),([01]),\d{4},(\d{3}),([01]),[01],([01]),\d{3},[01],([01]),([01])\x03\r\n",
    rb"\x02\d{3},\d,([01]),([01]),[01],\w,\d,[01],(\d{8}),\d,\d{3}\x03\r\n",
    rb"\x02\w{4},\d\x03\r\n",
)
_ANSWER = re.compile(b"".join(_FORMS), re.ASCII)


def whole(heard: bytes) -> bool:
    """Nothing more to wait for."""
    return heard.count(b"\x03\r\n") >= STRINGS


def status_of(heard: bytes) -> Status:
    """Three strings and nothing else, or it is no answer."""
    if not heard:
        return NOTHING_HEARD
    found = _ANSWER.fullmatch(heard)
    if found is None:
        return NONSENSE
    paper, pause, formats, full, half, cold, hot, head, ribbon, remaining = (int(field) for field in found.groups())
    return Status(
        online=told(bool(pause)),
        cover=told(bool(head)),
        error=told(bool(ribbon or cold or hot)),
        paper=told(bool(paper)),
        near_end=State.UNKNOWN,
        silent=False,
        busy=told(bool(formats or full or half or remaining)),
    )
