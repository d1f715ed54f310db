"""station.toml: every key of the station's configuration."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kiosk.rules.messages import SampleType, Scene
from kiosk.storage import MB, Folders, Limits
from kiosk.wire import Code
from ui.command.station_analyzers import AnalyzerConfig

VOLUME = r"^([01]?[0-9]|2[0-3]) ([0-9]{1,2}|100)$"  # an hour and a percentage


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PrinterConfig(Part):
    port: str = Field(
        description="where it is: /dev/…, usb:VVVV:PPPP or usb:VVVV:PPPP:SERIAL, tcp://HOST:PORT, cups:QUEUE"
    )
    model: str = Field("escpos-80mm", description="its model, see liangzheng printer list")
    paper: str = Field("", description="the paper in it: 80mm | 58mm | 75x65 | 100x70 | 60x40 | 50x30 | a5 | a4")
    baud: int = Field(115200, description="line speed of a serial printer")


class LabelPrinterConfig(PrinterConfig):
    model: str = Field("tspl-203", description="its model, see liangzheng printer list")


class VisitConfig(Part):
    test_offered: bool = Field(True, description="whether the screen offers a test")
    idle_after: float = Field(120.0, gt=0, description="seconds without a touch until a visit is given up")
    ended_after: float = Field(30.0, gt=0, description="seconds that the end of a visit stays on the screen")
    run_within: float = Field(2700.0, gt=0, description="seconds a run may take before the person is told")


class VoiceConfig(Part):
    folder: Path | None = Field(
        None, description="folder of the voice packs; without it, /var/lib/liangzheng/voice or the user's own"
    )
    pack: str = Field("", description="which voice pack; without it, the placeholder, which a computer speaks")
    volume: tuple[Annotated[str, Field(pattern=VOLUME)], ...] = Field(
        (), description="how loud from which hour on, such as 7 80 and 20 40; without it, always 80"
    )


class StationConfig(Part):
    """station.toml."""

    county: str = Field(pattern=r"^[0-9]{6}$", description="county code, GB/T 2260")
    station: Code = Field(description="station code, given by the county")
    host: str = Field(description="host of the county's trace page, as it stands in the codes on paper")
    listen: str = Field("127.0.0.1:8480", description="where the touch screen is served; loopback only")
    state: Path = Field(description="folder of record, captures and screen token")
    blobs: Path | None = Field(None, description="folder of captures and photographs, which the uplink reads")
    up: Path = Field(description="folder of the station's log; the uplink reads it")
    down: Path = Field(description="folder of orders and receipts; the uplink writes it")
    key: Path = Field(description="the station's signing key")
    trust: Path = Field(description="trust.json of the county")
    scanner: Path = Field(description="Unix socket of the scanner program")
    method: str = Field("gbt-5009-199-2003", description="id of the method pack of the tests made here")
    scene: Scene = Field(
        Scene.BASE, description="where samples are taken: base | purchase | wholesale | retail | slaughter"
    )
    sample_type: SampleType = Field(
        SampleType.SELF, description="self | commissioned | routine | supervision | consumer"
    )
    profile_folders: tuple[Path, ...] = Field(
        (), description="folders with profiles of one's own, each with its golden; they come before ours"
    )
    disk_cap_mb: int = Field(0, ge=0, description="megabytes that the station's folders may hold; 0 is the whole disk")
    disk_reserve_mb: int = Field(
        200, ge=1, description="megabytes kept back: below them no turn is begun, and the open ones are ended"
    )
    analyzer: tuple[AnalyzerConfig, ...] = Field((), description="the analyzers")
    printer: PrinterConfig | None = Field(None, description="the printer")
    label_printer: LabelPrinterConfig | None = Field(
        None, description="a second printer for what goes on boxes and packages"
    )
    visit: VisitConfig = Field(VisitConfig(), description="how a visit goes")
    voice: VoiceConfig = Field(VoiceConfig(), description="the voice of the screen")

    def address(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host, int(port)

    @property
    def captures(self) -> Path:
        """What instruments said and cameras saw."""
        return self.state / "blobs" if self.blobs is None else self.blobs

    @property
    def folders(self) -> Folders:
        return Folders((self.state, self.up), self.captures, self.down)

    @property
    def limits(self) -> Limits:
        return Limits(self.disk_cap_mb * MB, self.disk_reserve_mb * MB)
