"""One press for all: opening the fonts is the slow part."""

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.paper.certificate import CertificateFace, CertificatePress
from tests.support.presses import press_of


@pytest.fixture(scope="session")
def press() -> CertificatePress:
    return press_of()


def link(size: int = 264) -> str:
    token = base64.b32encode(bytes((n * 37 + 11) % 256 for n in range(size))).decode().rstrip("=")
    return f"HTTPS://COUNTY.EXAMPLE/C/{token}"


FACE = CertificateFace(
    title="承诺达标合格证",
    number_label="合格证编号",
    number="530427-7K3M9-QX2VH-A",
    hint="扫码查真伪",
    promise=(
        "我承诺生产销售的食用农产品：",
        "未使用禁用农药、兽药及其他化合物；",
        "使用的常规农药、兽药残留不超标。",
    ),
    basis_label="承诺依据：",
    basis=(("质量安全控制符合要求", True), ("自行检测合格", False), ("委托检测合格", False)),
    fields=(
        ("产品名称", "豆角"),
        ("重量或数量", "160千克（320斤）"),
        ("产地", "云南省玉溪市新平县桂山街道亚尼社区"),
        ("承诺主体", "普学明"),
        ("联系方式", "138 0877 0000"),
        ("开具时间", "2026年11月22日"),
    ),
    notes=("生产者承诺，服务点仅提供载体。",),
    code_url=link(),
)


@pytest.fixture
def face() -> Callable[..., CertificateFace]:
    """A certificate; `field="…"` names what is different, `producer="…"` changes 承诺主体."""

    def make(producer: str | None = None, **changes: object) -> CertificateFace:
        if producer is not None:
            changes["fields"] = (*FACE.fields[:3], ("承诺主体", producer), *FACE.fields[4:])
        return replace(FACE, **changes)  # type: ignore[arg-type]

    return make
