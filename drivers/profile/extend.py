"""A child of another profile: tables merge by key, everything else is replaced, `patch` replaces single fields.

One level: a parent is nobody's child. `extends = "id@revision"` names the revision, so that a changed parent is seen.
"""

from collections.abc import Callable, Mapping
from typing import Any

from drivers.errors import ProfileError
from drivers.profile.table import nearest

Parent = Callable[[str], Mapping[str, Any]]
ROOMS = ("record", "exchange")  # where fields stand
PLACES = ("fields", "more", "tail")  # of slots


def extended(child: dict[str, Any], parent: Parent, file: str) -> dict[str, Any]:
    """The tables of `child` laid over those of the profile it extends. ProfileError names file, path, name, nearest."""
    patch = child.get("patch", {})
    own = {key: value for key, value in child.items() if key != "patch"}
    said = str(child.get("extends", ""))
    if not said:
        if patch:
            raise ProfileError("profile.orphan", file=file, path="patch", name="patch", nearest="extends")
        return own
    name, _, revision = said.rpartition("@")
    tables = _tables(name, parent, file)
    _require_parent(tables, name, revision, file)
    return _patched(_laid(tables, own), patch, file)


def _tables(name: str, parent: Parent, file: str) -> dict[str, Any]:
    try:
        return dict(parent(name))
    except ProfileError as absent:
        absent.facts.setdefault("file", file)
        absent.facts.setdefault("path", "extends")
        raise


def _require_parent(tables: Mapping[str, Any], name: str, revision: str, file: str) -> None:
    facts = {"file": file, "path": "extends", "name": f"{name}@{revision}"}
    if tables.get("extends"):
        raise ProfileError("profile.grandchild", nearest=tables["extends"], **facts)
    if str(tables.get("revision")) != revision:
        now = tables.get("revision")
        raise ProfileError("profile.parent", revision=now, nearest=f"{name}@{now}", **facts)


def _laid(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {**under, **over}
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(under.get(key), Mapping):
            both[key] = _laid(under[key], value)
    return both


def _patched(tables: dict[str, Any], patch: object, file: str) -> dict[str, Any]:
    """`patch.record.<record>.<field>` and `patch.exchange.<exchange>.<field>`."""
    for room, parts in _table(patch, "patch", file).items():
        _require_known(room, ROOMS, "patch", file)
        owners = dict(_table(tables.get(room, {}), room, file))
        for name, changed in _table(parts, f"patch.{room}", file).items():
            path = f"patch.{room}.{name}"
            _require_known(name, tuple(owners), f"patch.{room}", file)
            owner = _table(owners[name], f"{room}.{name}", file)
            owners[name] = _changed(owner, _table(changed, path, file), path, file)
        tables = {**tables, room: owners}
    return tables


def _changed(owner: Mapping[str, Any], changed: Mapping[str, Any], path: str, file: str) -> dict[str, Any]:
    slots = _table(owner.get("slots", {}), f"{path}.slots", file)
    parts = [("fields", owner), *((place, slots) for place in PLACES)]
    known = [_id(field) for place, table in parts for field in _list(table.get(place, []), f"{path}.{place}", file)]
    for name, field in changed.items():
        _require_known(name, known, path, file)
        _table(field, f"{path}.{name}", file)
    places = {at: _replaced(slots[at], changed) for at in PLACES if at in slots}
    new = {**owner, "fields": _replaced(owner.get("fields", []), changed)}
    return new | ({"slots": {**slots, **places}} if slots else {})


def _replaced(fields: list[Any], changed: Mapping[str, Any]) -> list[Any]:
    """A patch without an `id` of its own keeps the field's."""
    return [{"id": _id(field), **changed[_id(field)]} if _id(field) in changed else field for field in fields]


def _id(field: Any) -> str:
    return str(field.get("id")) if isinstance(field, Mapping) else "-"


def _require_known(name: str, known: tuple[str, ...] | list[str], path: str, file: str) -> None:
    if name not in known:
        raise ProfileError("profile.patch", file=file, path=path, name=name, nearest=nearest(name, list(known)))


def _table(value: object, path: str, file: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ProfileError("profile.value", file=file, path=path, value=str(value)[:80], detail="not a table")
    return value


def _list(value: object, path: str, file: str) -> list[Any]:
    if not isinstance(value, list):
        raise ProfileError("profile.value", file=file, path=path, value=str(value)[:80], detail="not a list")
    return value
