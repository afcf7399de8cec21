"""Policies of returns over HTTP: which are in force, and declaring others."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tallystick.api.call import Call, Reply, reply, tagged
from tallystick.api.desk import Desk
from tallystick.api.entering import Entry, detail_of, enter
from tallystick.api.words import Money, Name, Text
from tallystick.decisions.returning.policies import DAYS_MAX, PER_MILLE, POLICIES_MAX
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPolicy
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.members import RETURN_POLICIES, RETURN_POLICIES_SUBJECT

Days = Annotated[int, Meta(ge=0, le=DAYS_MAX)]
PerMille = Annotated[int, Meta(ge=0, le=PER_MILLE)]
Disposal = Literal["resell", "refurbish", "scrap", "supplier"]
Words = Annotated[tuple[Text, ...], Meta(max_length=50)]


class PolicyGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """What customers may send back, until when, and on which terms: docs/returns.md tells of each field."""

    name: Name
    channels: Annotated[tuple[Name, ...], Meta(max_length=50)] = ()
    window_days: Days = 30
    counts_from: Literal["dispatch", "delivery"] = "dispatch"
    delivery_days: Days = 0
    send_back_days: Annotated[int, Meta(ge=1, le=DAYS_MAX)] = 14
    reasons: Words = ()
    conditions: Words = ()
    free_reasons: Words = ()
    fee_minor: Money = 0
    fee_per_mille: PerMille = 0
    label: Literal["shop", "customer"] = "shop"
    label_minor: Money = 0
    approval_above: Money | None = None
    advance_up_to: Money = 0
    if_nothing_comes: Literal["claim", "charge"] = "claim"
    disposals: Annotated[tuple[Disposal, ...], Meta(min_length=1, max_length=4)] = (
        "resell",
        "refurbish",
        "scrap",
        "supplier",
    )


class PoliciesGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """All policies, in place of those before; none: every return is refunded when it is booked."""

    policies: Annotated[tuple[PolicyGiven, ...], Meta(max_length=POLICIES_MAX)]
    effective_from: datetime | None = None


class PoliciesTaken(Struct, frozen=True):
    """The version, and from when it is in force."""

    version: int
    effective_from: datetime


class VersionShown(Struct, frozen=True):
    """A version of the policies, in force from a moment on."""

    version: int
    effective_from: datetime
    policies: list[ReturnPolicy]


class PoliciesShown(Struct, frozen=True):
    """The version in force, and those to come."""

    versions: list[VersionShown]


async def declare_return_policies(call: Call, desk: Desk) -> Reply:
    """Put policies in force."""
    said: PoliciesGiven = call.body
    policies = tuple(msgspec.convert(msgspec.to_builtins(p), ReturnPolicy) for p in said.policies)
    entry = Entry(
        ReturnPoliciesDeclared(policies, said.effective_from),
        RETURN_POLICIES_SUBJECT,
        f"return-policies/{call.correlation}",
    )
    entered = await enter(call, desk, entry)
    begins = datetime.fromisoformat(detail_of(entered.answer, "effective_from"))
    return reply(PoliciesTaken(detail_of(entered.answer, "version"), begins), headers=entered.headers)


async def show_return_policies(_: Call, desk: Desk) -> Reply:
    """Say which policies are, or will be, in force."""
    found = await desk.standing(RETURN_POLICIES_SUBJECT)
    data: Any = data_of(decode_family(found.family), RETURN_POLICIES) if found else None
    versions = [VersionShown(v.version, v.effective_from, list(v.policies)) for v in (data.versions if data else ())]
    return reply(PoliciesShown(versions), headers=tagged(found.tag) if found else [])
