"""Certificates drawn in every size: both styles, all that may stand on a piece of paper, long and rare names."""

import base64
from dataclasses import replace
from random import Random

from kiosk.paper.certificate import CertificateFace, CertificatePress
from tests.kiosk.paper.conftest import FACE

RARE = "㐂䶮𠮷𬭚㛃镕"  # characters of people's names, most of them in no font but the largest
ONLINE = "HTTPS://COUNTY.EXAMPLE/N/5304277K3M9QX2VHA"
STYLES = {
    "1": FACE,
    "2": replace(
        FACE,
        promise=(
            "我承诺销售的食用农产品：",
            "已按规定收取并保存该批次农产品承诺达标合格证或者其他质量安全合格证明；",
            "未违规使用保鲜剂、防腐剂、添加剂等。",
        ),
        fields=tuple(field for field in FACE.fields if field[0] != "产地"),
    ),
}
LONG = {
    "产品名称": "贵长猕猴桃（红心）",
    "承诺主体": f"新平{RARE}火龙果农民专业合作社",
    "产地": "云南省玉溪市新平彝族傣族自治县戛洒镇平寨社区",
}
WARNINGS = ("名单截至 2026-11-01。", "合格证文本版本 2026-02-01 未核实。")


def full(face: CertificateFace) -> CertificateFace:
    """With everything that belongs to one piece of paper."""
    return replace(face, marks=("补打 2",), part="存根联", count="第 37/200 张", sign_label="签名或盖章")


def long(face: CertificateFace) -> CertificateFace:
    fields = tuple((label, LONG.get(label, value)) for label, value in face.fields)
    return replace(face, fields=fields, notes=(*face.notes, *WARNINGS))


KINDS = {"plain": lambda face: face, "full": full, "long": long}


def suited(press: CertificatePress, face: CertificateFace) -> CertificateFace:
    """As the station would ask for it on this paper."""
    return replace(face, code_url=ONLINE, sign_label="") if press.online_only else face


def with_code(press: CertificatePress, face: CertificateFace, draw: Random) -> CertificateFace:
    """Another certificate: its code is as long, and says something else."""
    if press.online_only:
        number = "".join(draw.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=11))
        return replace(face, code_url=f"HTTPS://COUNTY.EXAMPLE/N/530427{number}")
    token = base64.b32encode(draw.randbytes(264)).decode().rstrip("=")
    return replace(face, code_url=f"HTTPS://COUNTY.EXAMPLE/C/{token}")
