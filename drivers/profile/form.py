"""The form a profile fills: every key it may use and every word it may say. Data only, no expressions."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from drivers.profile.exchange import (
    AnyExchange,
    Confirm,
    Derive,
    Identify,
    Result,
    Run,
    SequenceForm,
    Session,
)
from drivers.profile.layout import Record
from drivers.profile.link import Device, Frame, Link
from drivers.profile.table import Name, Positive, Table, Text

ID = r"^[a-z0-9]+(-[a-z0-9]+)+$"


class Profile(Table):
    """One model in one range of firmware, or one dialect of it. `extends` is merged before this form is filled."""

    format: Literal[1]
    id: Annotated[str, StringConstraints(pattern=ID)]
    revision: Positive
    extends: Annotated[str, StringConstraints(pattern=r"^([a-z0-9]+(-[a-z0-9]+)+(/[a-z0-9.-]+)?@[0-9]+)?$")] = ""
    device: Device
    link: Link
    frame: Frame | None = None
    session: Session = Session()
    identify: Identify | None = None
    exchange: dict[Name, AnyExchange] = Field(min_length=1)
    record: dict[Name, Record] = Field({})
    derive: dict[Name, Derive] = Field({})
    sequence: dict[Name, SequenceForm] = Field({})
    expires: dict[Name, Positive] = Field({})  # seconds after which an exchange that others need must run again
    result: Result
    run: Run
    confirm: dict[Name, Confirm] = Field({})
    waived: dict[Text, Text] = Field({})  # what no transcript shows, by the path that `profile check` names → why
