"""Roles of the county office and what each may do. Pure data; a page or an act asks for one right.

The roles are those that policies name: 县级监管员, 乡镇监管员, 协管员, 审核员, 检测机构, 执法, 市场监管局, 市场开办者,
and for the pages themselves 管理员, 审计员, 省级只读.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Right(StrEnum):
    """What is done with the county's root or data key is no right of a page: `liangzheng county enrol`, `open`."""

    LIVE = "live"  # the feed, the stations, numbers of the day
    ENTRY = "entry"  # one entry with its proof
    PEOPLE = "people"  # producers and what is known of them
    REGISTER = "register"  # change producers, grades, cards
    ORDER = "order"  # tell stations: tasks, notices, lots, lists
    CASE = "case"  # positives: see and carry on
    LAB = "lab"  # a laboratory's result
    ENFORCE = "enforce"  # hand-over to enforcement and what came of it
    REVIEW = "review"  # 检测数据的审核
    FIELD = "field"  # phone pages: gate check, patrol, pictures
    USERS = "users"  # accounts
    ACTS = "acts"  # what everybody did


class Role(StrEnum):
    OFFICER = "officer"
    TOWNSHIP = "township"
    ASSISTANT = "assistant"
    REVIEWER = "reviewer"
    LAB = "lab"
    ENFORCEMENT = "enforcement"
    AUTHORITY = "authority"
    MARKET = "market"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    PROVINCE = "province"


SEES = frozenset({Right.LIVE, Right.ENTRY})
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OFFICER: SEES | {Right.PEOPLE, Right.REGISTER, Right.ORDER, Right.CASE, Right.REVIEW, Right.FIELD, Right.ACTS},
    Role.TOWNSHIP: SEES | {Right.PEOPLE, Right.REGISTER, Right.CASE, Right.FIELD},
    Role.ASSISTANT: frozenset({Right.LIVE, Right.PEOPLE, Right.FIELD}),
    Role.REVIEWER: SEES | {Right.REVIEW},
    Role.LAB: SEES | {Right.CASE, Right.LAB},
    Role.ENFORCEMENT: SEES | {Right.PEOPLE, Right.CASE, Right.ENFORCE},
    Role.AUTHORITY: SEES | {Right.PEOPLE, Right.CASE},
    Role.MARKET: frozenset({Right.LIVE, Right.FIELD}),
    Role.ADMINISTRATOR: frozenset({Right.LIVE, Right.USERS, Right.ACTS}),
    Role.AUDITOR: SEES | {Right.ACTS},
    Role.PROVINCE: SEES,
}
# Their work lies in a town, a village or a market: an account of theirs without one would see the whole county.
LOCAL = frozenset({Role.TOWNSHIP, Role.ASSISTANT, Role.MARKET})


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Of all roles together; a role of newer software gives nothing."""
    known = {role.value: rights for role, rights in RIGHTS.items()}
    return frozenset(right for role in roles for right in known.get(role, frozenset()))
