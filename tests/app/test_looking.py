"""`tally stock`, `order`, `trace` and `book breaks`: any number can be followed back to the message it came from."""

from tests.app.conftest import Tally


def test_stock_is_shown(shop: Tally) -> None:
    """Units by state and their value, for all products or one."""
    text = shop.fine("stock", "show", "LAMP-ARC")
    assert text.splitlines()[1].split() == ["LAMP-ARC", "WH1", "5", "0", "0", "1", "0", "0", "252.00"]
    (row,) = shop.json("stock", "show", "LAMP-ARC", "--location", "WH1")["stock"]
    assert row["damaged"] == 1
    assert row["value"] == "252.00"
    assert "total" in shop.fine("stock", "show")
    assert "`tally stock show`" in shop.complains(4, "stock", "show", "LAMP-MOON")


def test_stock_is_explained(shop: Tally) -> None:
    """What a shelf has comes with every movement that made it so, each with its reason."""
    text = shop.fine("stock", "explain", "LAMP-ARC")
    assert "5 sellable, 1 damaged" in text
    assert "the goods are back, in the state they were found in" in text
    assert shop.json("stock", "explain", "LAMP-ARC")["locations"][0]["sellable"] == 5
    shop.complains(4, "stock", "explain", "LAMP-MOON")


def test_an_order_is_shown(shop: Tally) -> None:
    """A bare number finds the order; its processes, lines and commands are shown."""
    text = shop.fine("order", "show", "W111")
    assert text.splitlines()[0] == "order/W111"
    assert "CANCELLED" in text
    assert "recall shipment" in text
    assert shop.json("order", "show", "order/W111")["processes"]["order"] == "CANCELLED"
    waits = shop.json("order", "show", "W128")
    assert [d["member"] for d in waits["deadlines"]] == ["fulfilment/1"]
    assert "must move on by" in shop.fine("order", "show", "W128")
    assert shop.json("order", "show", "T-4")["breaks"][0]["kind"] == "shortage"
    assert "order/W1" in shop.complains(4, "order", "show", "W999")


def test_the_story_of_an_order(shop: Tally) -> None:
    """Every message of an order in the order of time, with what it moved and why."""
    text = shop.fine("order", "trace", "W104")
    told = [line[18:] for line in text.splitlines() if line.startswith("2026-")]
    assert told == [
        "Order placed",
        "Payment authorised",
        "Dispatch reported",
        "Capture reported",
        "Dispatch reported",
        "Capture reported",
        "Settlement reported",
        "Return received",
        "Refund reported",
    ]
    assert "1 × LAMP-ARC (damaged)" in text
    assert "they come back at the cost they left at" in text
    assert "↳ Pay refund: 118.80 USD" in text
    assert shop.json("order", "trace", "W104")["subjects"] == ["order/W104"]


def test_a_refused_order_is_traced(shop: Tally) -> None:
    """A refusal names the lines that lack stock by their numbers only; it can be told all the same."""
    assert "Refuse order" in shop.fine("order", "trace", "W107")


def test_a_number_is_traced(shop: Tally) -> None:
    """An event, a subject and a message of a source lead to the same story; what is unknown is said to be."""
    found = shop.json("trace", "sale/till/T-4")
    event = next(step["event"] for step in found["steps"] if step["what"] == "event")
    assert shop.json("trace", str(event))["subjects"] == ["sale/till/T-4"]
    assert "goods moved that the book did not have" in shop.fine("trace", str(event))
    assert "`tally trace`" in shop.complains(4, "trace", "no-such-thing")


def test_breaks_are_shown_by_kind_and_one_by_one(shop: Tally) -> None:
    """What did not fit is counted with the money at stake."""
    assert shop.fine("book", "breaks").splitlines()[0].split() == ["kind", "open", "at", "stake"]
    kinds = {k["kind"]: k for k in shop.json("book", "breaks")["kinds"]}
    assert kinds["shortage"]["at_stake"] == "18.00 USD"
    assert "LAMP-DESK" in shop.fine("book", "breaks", "list", "--kind", "shortage")
    assert [b["subject"] for b in shop.json("book", "breaks", "list", "--kind", "blind_return")["breaks"]] == [
        "credit/till/C-1"
    ]
    assert "No open breaks of kind moon" in shop.fine("book", "breaks", "list", "--kind", "moon")
