"""Screening: whether an order smells of fraud. Who judges says so; what is held leaves only once it is cleared."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tallystick.model.amount import NaturalMinor

SCORE_MAX: Final = 1000
SCREENING_HOURS_MAX: Final = 72
VELOCITY_HOURS_MAX: Final = 24 * 30

Verdict = Literal["accept", "review", "reject"]
Ruling = Literal["accept", "reject"]
CheckKind = Literal["amount", "first_order", "country", "velocity", "blocked"]
Name = Annotated[str, Meta(min_length=1)]


class Check(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that adds *score* to an order's, where it is so.

    `amount`: it comes to more than *over*, minor units of *currency*, tax included; `first_order`: nothing was ever
    screened of its customer before; `country`: it goes to another country than its tax is owed in; `velocity`: its
    customer placed *orders* or more within *hours*, this one counted; `blocked`: a reference of it is one of *references*.
    """

    kind: CheckKind
    score: Annotated[int, Meta(ge=1, le=SCORE_MAX)]
    over: NaturalMinor = 0
    currency: str = ""
    orders: Annotated[int, Meta(ge=1, le=1000)] = 1
    hours: Annotated[int, Meta(ge=1, le=VELOCITY_HOURS_MAX)] = 24
    references: tuple[Name, ...] = ()


class ScreeningRule(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Orders of *channel* (`*`: of all) are held until they are cleared. No rule: nothing is held.

    What nobody has judged after *hours* goes by *otherwise*. Where no service is connected, *checks* judge: an order that
    comes to *review_at* points is looked at by a person, one that comes to *reject_at* is refused.
    """

    channel: Name
    hours: Annotated[int, Meta(ge=1, le=SCREENING_HOURS_MAX)] = 24
    otherwise: Verdict = "review"
    review_at: Annotated[int, Meta(ge=1, le=SCORE_MAX)] = 50
    reject_at: Annotated[int, Meta(ge=1, le=SCORE_MAX)] = 100
    checks: tuple[Check, ...] = ()


class OrderScreened(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: whoever judges orders (*by*) says what to do with one: a *score*, and *reasons* that name no person."""

    order: str
    verdict: Verdict
    score: Annotated[int, Meta(ge=0, le=SCORE_MAX)] = 0
    reasons: tuple[str, ...] = ()
    by: str = ""


class ScreeningRuled(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a person has looked at a held order and lets it go, or refuses it, because."""

    order: str
    ruling: Ruling
    reason: str = ""


class ScreenOrder(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to whoever judges orders of *channel*: say `OrderScreened`. *amount* is all of it, tax included.

    *customer*, *recipient* and *contact* are the vault's references; *jurisdiction* is where its tax is owed.
    """

    order: str
    channel: str
    currency: str
    amount: NaturalMinor
    jurisdiction: str = "none"
    customer: str = ""
    recipient: str = ""
    contact: str = ""
    payment_method: str = ""


class BeginScreening(Struct, frozen=True, gc=False):
    """Tell (order to screening): this order is held; have it judged by the rule of its channel."""

    asked: ScreenOrder
    hours: int
    otherwise: Verdict


class ScreeningPassed(Struct, frozen=True, gc=False):
    """Tell (screening to order): it may go."""


class ScreeningFailed(Struct, frozen=True, gc=False):
    """Tell (screening to order): it must not go."""

    reason: str


class ScreeningDoubted(Struct, frozen=True, gc=False):
    """Tell (screening to order): a person must look at it."""

    because: str
