"""Policies of returns: data that the retailer declares, and what is booked of them."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tallystick.model.amount import NaturalMinor

Verdict = Literal["resell", "refurbish", "scrap", "supplier", "reject"]
"""What becomes of a unit that came back; `reject`: it is not taken, and goes to the customer again."""
LabelPayer = Literal["shop", "customer"]
Lapse = Literal["claim", "charge"]
DISPOSALS: tuple[Verdict, ...] = ("resell", "refurbish", "scrap", "supplier")


class ReturnPolicy(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a channel's customers may send back, until when, and on which terms. Money is in minor units of the book.

    Without *channels* it is everybody's that has none of its own; without *reasons* or *conditions*, any will do.

    - The window is *window_days* from the day the goods left, or from the day the customer has them
      (*counts_from* `delivery`): the day reported, or *delivery_days* after they left. Goods come within *send_back_days*.
    - *fee_minor* once a return, and *fee_per_mille* of what is credited, are kept as a fee; where the customer pays for
      the label, *label_minor* of it too. For a reason in *free_reasons* nothing is kept.
    - A refund above *approval_above* waits for another person. Up to *advance_up_to* it is paid before the goods are
      here; when they never come, it stands as a *claim* or is *charge*d again.
    - *disposals* are what an inspection may do with what it takes.
    """

    name: str
    channels: tuple[str, ...] = ()
    window_days: int = 30
    counts_from: Literal["dispatch", "delivery"] = "dispatch"
    delivery_days: int = 0
    send_back_days: int = 14
    reasons: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    free_reasons: tuple[str, ...] = ()
    fee_minor: NaturalMinor = 0
    fee_per_mille: int = 0
    label: LabelPayer = "shop"
    label_minor: NaturalMinor = 0
    approval_above: NaturalMinor | None = None
    advance_up_to: NaturalMinor = 0
    if_nothing_comes: Lapse = "claim"
    disposals: tuple[Verdict, ...] = DISPOSALS


class ReturnPoliciesDeclared(Struct, frozen=True, omit_defaults=True):
    """Report: these are all policies of returns, at once or from *effective_from*. None: every return is refunded as booked."""

    policies: tuple[ReturnPolicy, ...]
    effective_from: datetime | None = None


class ReturnPoliciesSet(Struct, frozen=True):
    """Fact: policies number *version* are in force from *effective_from*."""

    version: int
    effective_from: datetime
    policies: tuple[ReturnPolicy, ...]
