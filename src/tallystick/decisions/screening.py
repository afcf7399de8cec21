"""Whether an order smells of fraud, by checks that are data. Pure: what is known of it goes in, an opinion comes out."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tallystick.messages.partners.screening import SCORE_MAX, Check, ScreeningRule, ScreenOrder, Verdict


class Known(Struct, frozen=True):
    """What an order is judged by: what was asked, where it goes (ISO 3166-1, empty: not known), and its customer's orders.

    *lately* says by hours how many orders of the same references were screened within them, this one counted; *before*
    how many were at all, without it.
    """

    asked: ScreenOrder
    country: str = ""
    before: int = 0
    lately: Mapping[int, int] = {}


class Opinion(Struct, frozen=True):
    """What to do with an order; *reasons* are words of ours, and name no person."""

    verdict: Verdict
    score: int
    reasons: tuple[str, ...] = ()


def opinion(rule: ScreeningRule, known: Known) -> Opinion:
    """Judge an order by the checks of *rule*: each that is so adds its score."""
    found = [(check.score, because) for check in rule.checks if (because := _finds(check, known))]
    score = min(SCORE_MAX, sum(points for points, _ in found))
    verdict: Verdict = "reject" if score >= rule.reject_at else "review" if score >= rule.review_at else "accept"
    return Opinion(verdict, score, tuple(because for _, because in found))


def references_of(asked: ScreenOrder) -> tuple[str, ...]:
    """Return what an order is known by to its customer's other orders: references of the vault, none of them twice."""
    return tuple(dict.fromkeys(x for x in (asked.customer, asked.contact, asked.recipient) if x))


def hours_of(rule: ScreeningRule) -> tuple[int, ...]:
    """Return the spans in which the rule counts a customer's orders."""
    return tuple(sorted({check.hours for check in rule.checks if check.kind == "velocity"}))


def _finds(check: Check, known: Known) -> str:
    """Return why a check counts; empty where it does not."""
    asked = known.asked
    match check.kind:
        case "amount":
            is_so = asked.currency == check.currency and asked.amount > check.over
            return f"amount above {check.over} {check.currency}" if is_so else ""
        case "first_order":
            return "" if known.before else "first order of its customer"
        case "country":
            differs = known.country and asked.jurisdiction != "none" and _country(asked.jurisdiction) != known.country
            return f"goes to {known.country}, taxed in {asked.jurisdiction}" if differs else ""
        case "velocity":
            placed = known.lately.get(check.hours, 1)
            return f"{placed} orders within {check.hours} h" if placed >= check.orders else ""
        case "blocked":
            named = {*references_of(asked), asked.payment_method} - {""}
            return "a reference of it is blocked" if named & set(check.references) else ""


def _country(jurisdiction: str) -> str:
    """Return the country of a jurisdiction: `US-CA` is in `US`."""
    return jurisdiction.partition("-")[0]


def flaw_of_screenings(rules: Sequence[ScreeningRule]) -> str:
    """Return which rule of screening says what cannot be; empty where all are sound."""
    for place, rule in enumerate(rules):
        where = f"screenings[{place}]"
        if rule.review_at > rule.reject_at:
            return f"{where}: review_at {rule.review_at} is above reject_at {rule.reject_at}: nobody would ever look at one"
        for n, check in enumerate(rule.checks):
            if check.kind == "amount" and not check.currency:
                return f"{where}.checks[{n}].currency is missing: say one such as EUR/2"
            if check.kind == "blocked" and not check.references:
                return f"{where}.checks[{n}].references is empty: name those that are blocked"
    return ""
