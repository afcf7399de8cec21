"""Deadlines by the retailer's own rules: minutes of working time, by channel and location."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tallystick.messages.availability import Rules
from tallystick.messages.policy.deadlines import Calendar, DeadlineRule, OpenHours
from tallystick.processes.limits import flaw_of_declared
from tests.scenarios.desk import Desk
from tests.scenarios.shop import Shop

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAMP = (1, "LAMP", "12.00 EUR")


def warehouse(now: datetime, **more: object) -> Calendar:
    """A place where nobody works today, and somebody around the clock afterwards."""
    hours = OpenHours(EVERY_DAY, "00:00", "24:00")  # type: ignore[arg-type]
    return Calendar("warehouse", (hours,), closed=(now.date(),), **more)  # type: ignore[arg-type]


def test_an_unanswered_payment_lapses_by_the_rule_of_its_channel(shop: Shop, desk: Desk) -> None:
    """Ten minutes for the web shop, not the half hour that counts without a rule; the unit is free again."""
    desk.rules(deadlines=(DeadlineRule("authorisation_minutes_max", 10, channel="web"),))
    shop.receives(1, "LAMP", cost="4.00 EUR")
    order = shop.orders(LAMP)
    shop.waits(minutes=9)
    assert shop.state(order) == "RESERVED"
    shop.waits(minutes=2)
    assert shop.state(order) == "CANCELLED"
    shop.book_shows("""
        stock:sellable:WH1  1  LAMP
    """)
    assert not shop.tie_out()


def test_the_closest_rule_counts_alone(shop: Shop, desk: Desk) -> None:
    """A rule for another channel says nothing here; one for all channels does."""
    desk.rules(
        deadlines=(
            DeadlineRule("authorisation_minutes_max", 10, channel="market"),
            DeadlineRule("authorisation_minutes_max", 20),
        )
    )
    shop.receives(1, "LAMP", cost="4.00 EUR")
    order = shop.orders(LAMP)
    shop.waits(minutes=15)
    assert shop.state(order) == "RESERVED"
    shop.waits(minutes=6)
    assert shop.state(order) == "CANCELLED"


def test_a_dispatch_is_late_only_by_working_time(shop: Shop, desk: Desk) -> None:
    """Nobody works today: an hour's deadline for the warehouse has not begun; once somebody works, it is over in an hour."""
    calendar = warehouse(shop.now)
    desk.rules(calendars=(calendar,), deadlines=(DeadlineRule("dispatch_hours_max", 60, "warehouse"),))
    shop.receives(1, "LAMP", cost="4.00 EUR")
    order = shop.orders(LAMP)
    shop.pays(order)
    midnight = datetime.combine(shop.now.date() + timedelta(days=1), datetime.min.time(), UTC)
    hours = int((midnight - shop.now).total_seconds() // 3600)
    shop.waits(hours=hours)
    assert [b.kind for folded in shop.book.entries for b in folded.breaks] == []
    shop.waits(hours=2)
    assert [b.kind for folded in shop.book.entries for b in folded.breaks] == ["dispatch_overdue"]
    assert not shop.tie_out()


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"deadlines": (DeadlineRule("coffee_hours_max", 5),)}, "deadlines[0].limit coffee_hours_max is none of"),
        ({"deadlines": (DeadlineRule("refund_days_max", 5, "moon"),)}, "deadlines[0].calendar moon is none"),
        ({"calendars": (Calendar("c", (OpenHours(("mon",), "18:00", "08:00"),)),)}, "cut it at midnight"),
        ({"calendars": (Calendar("c", (OpenHours(("mon",), "08:00", "18:00"),), zone="X"),)}, "shifts are missing"),
        (
            {"calendars": (Calendar("c", (OpenHours(("mon",), "08:00", "18:00"),), (date(2026, 1, 1),)),) * 2},
            "calendars[1] says again what calendars[0] says",
        ),
    ],
)
def test_rules_that_cannot_be_kept_are_refused_by_name(rules: dict[str, tuple[object, ...]], says: str) -> None:
    """The place in the document, and what to write instead."""
    assert says in flaw_of_declared(Rules(**rules))  # type: ignore[arg-type]
