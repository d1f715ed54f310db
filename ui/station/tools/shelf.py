"""The modules that put the technician's pages into words, as the templates name them."""

from types import ModuleType

from ui.station.tools import chosen, devices, house, inspection, network

SHELF: dict[str, ModuleType] = {
    "chosen": chosen,
    "devices": devices,
    "house": house,
    "inspection": inspection,
    "network": network,
}
