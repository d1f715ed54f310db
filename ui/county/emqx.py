"""What EMQX 5 is told: its listener, limits and acl.conf (Erlang terms), from the same table as mosquitto's. Text only.

EMQX checks subscriptions too, so several intakes may share one: with `hash_clientid` each station keeps to one intake,
and the chunks of its blobs stay in order.
"""

from collections.abc import Sequence

from kiosk.wire import MOST_MESSAGE
from ui.county.broker import Broker
from ui.county.rights import INTAKE, Rights, rights

MOST_WAITING = 100_000  # messages that wait for one client who is away
RATE = "200/s"  # messages of one client: a draining uplink sends some 40, a box at work less than one
BYTES_RATE = "2MB/s"


def configuration(broker: Broker) -> str:
    """The part of emqx.conf (HOCON) that is ours: only this listener, TLS 1.3, the common name as both names."""
    folder = broker.folder
    return f"""\
listeners.ssl.liangzheng {{
  bind = "{broker.address}:{broker.port}"
  max_conn_rate = "50/s"
  messages_rate = "{RATE}"
  bytes_rate = "{BYTES_RATE}"
  ssl_options {{
    cacertfile = "{folder}/ca.pem"
    certfile = "{folder}/broker.pem"
    keyfile = "{folder}/broker.key"
    versions = ["tlsv1.3"]
    verify = verify_peer
    fail_if_no_peer_cert = true
    enable_crl_check = false  # EMQX fetches lists by URL only: take a replaced box's certificate back by hand
  }}
}}
listeners.tcp.default.enable = false
listeners.ssl.default.enable = false
listeners.ws.default.enable = false
listeners.wss.default.enable = false
mqtt {{
  peer_cert_as_username = cn
  peer_cert_as_clientid = cn
  max_packet_size = {MOST_MESSAGE}B
  max_clientid_len = 32
  max_qos_allowed = 1
  max_inflight = 200
  max_mqueue_len = {MOST_WAITING}
  mqueue_store_qos0 = false
  keepalive_multiplier = 1.5
  shared_subscription_strategy = hash_clientid
}}
flapping_detect {{
  enable = true
  max_count = 15
  window_time = 1m
  ban_time = 5m
}}
authorization {{
  no_match = deny
  deny_action = ignore
  sources = [{{ type = file, enable = true, path = "{folder}/acl.conf" }}]
}}
"""


def access_list(county: str, stations: Sequence[str], intakes: Sequence[str] = (INTAKE,)) -> str:
    """acl.conf. Only what is written there may be retained; everything else is denied by the last rule."""
    rules = [rule for one in rights(county, stations, intakes) for rule in _rules(one)]
    return "\n".join((*rules, "{deny, all}.", ""))


def _rules(of: Rights) -> list[str]:
    passing = [topic for topic in of.write if topic not in of.retain]
    parts = (
        ("subscribe", of.read),
        ("{publish, [{retain, false}]}", passing),
        ("{publish, [{retain, all}]}", of.retain),
    )
    return [f'{{allow, {{username, "{of.name}"}}, {what}, {_list(topics)}}}.' for what, topics in parts if topics]


def _list(topics: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{topic}"' for topic in topics) + "]"
