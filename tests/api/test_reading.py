"""What is read over HTTP: stock, the journal page by page, stories, products, the catalogue."""

from datetime import UTC, datetime

from tests.api.conftest import Api, order
from tests.api.people import SHOP
from tests.api.test_reports import event, receipt


async def test_stock_by_location(api: Api) -> None:
    """On hand is available, committed and unavailable, at every location or at one; small letters mean the same."""
    await api.receives(10)
    await api.receives(3, location="WH2")
    await api.post("/orders", order("W1", 4))
    found = await api.stock("lamp")
    assert (found["sku"], found["on_hand"], found["available"], found["committed"]) == ("LAMP", 13, 9, 4)
    assert [(x["location"], x["available"]) for x in found["locations"]] == [("WH1", 6), ("WH2", 3)]
    assert (await api.stock("LAMP", location="WH2"))["on_hand"] == 3
    assert (await api.get("/stock/NOTHING")).status_code == 404
    assert (await api.get("/stock/LAMP", params={"group": "vienna"})).json()["errors"][0]["parameter"] == "group"


async def test_stock_says_how_fresh_it_is(api: Api) -> None:
    """Each place names the event that touched it last; what has arrived and is not in the book yet is counted."""
    await api.receives(10)
    await api.post("/reports", [receipt("R9")])
    answer = (await api.get("/stock/LAMP")).json()
    (place,) = answer["product"]["locations"]
    assert (await api.get(f"/journal/entries/{place['event']}")).json()[
        "type"
    ] == "tallystick.stock.receipt_reported.v1"
    assert answer["freshness"]["deliveries_waiting"] == 1


async def test_rules_hold_over_http(api: Api) -> None:
    """Safety stock, buffers and excluded places count for who asks, and the promise itself keeps them; steps say why."""
    await api.receives(10)
    rules = {
        "safety": [{"units": 3, "sku": "LAMP"}],
        "channels": [{"channel": "market", "buffer": 2}],
        "exclusions": [{"channel": "kiosk", "location": "WH1"}],
    }
    said = event("rules-1", "availability.availability_rules_declared", {"rules": rules})
    assert (await api.post("/reports", [said])).json()["kept"] == 1
    await api.works()
    promisable = {c: (await api.stock("LAMP", channel=c))["available_to_promise"] for c in ("web", "market", "kiosk")}
    assert promisable == {"web": 7, "market": 5, "kiosk": 0}
    assert (await api.post("/orders", order("W1", 6, channel="market"))).status_code == 409
    assert (await api.post("/orders", order("W2", 5, channel="market"))).status_code == 201
    told = (await api.get("/stock/LAMP/explanation", params={"channel": "market"})).json()
    (place,) = told["now"]
    steps = {s["what"]: s["units"] for s in place["steps"]}
    assert (steps["sellable"], steps["safety stock"], steps["buffer"], steps["available"]) == (5, -3, -2, 0)
    await api.ties_out()


async def test_a_past_moment_is_explained_twice(api: Api) -> None:
    """As it was recorded by then, and as is known now of then; what is still to come cannot be asked."""
    await api.receives(10)
    moment = datetime.now(UTC).isoformat()
    await api.post("/orders", order("W1", 4))
    then = (await api.get("/stock/LAMP/explanation", params={"as_of": moment})).json()
    assert then["now"] is None
    assert [x["available_to_promise"] for x in then["recorded"]] == [10]
    assert len(then["effective"]) == 1
    future = await api.get("/stock/LAMP/explanation", params={"as_of": "2999-01-01T00:00:00Z"})
    assert future.json()["errors"][0]["parameter"] == "as_of"


async def test_stock_of_many(api: Api) -> None:
    """Many products are told in one answer, the unknown ones apart."""
    await api.receives(10)
    await api.receives(2, "SHADE")
    found = (await api.post("/stock/query", {"skus": ["shade", "LAMP", "NOPE", "lamp"]})).json()
    assert [(p["sku"], p["available"]) for p in found["products"]] == [("SHADE", 2), ("LAMP", 10)]
    assert found["unknown"] == ["NOPE"]


async def test_a_customer_reads_what_he_has_just_written(api: Api) -> None:
    """An answer is durable: whoever reads after it sees what it did."""
    await api.receives(200)
    for number in range(20):
        await api.post("/orders", order(f"W{number}"))
        assert (await api.stock("LAMP"))["committed"] == number + 1


async def test_the_journal_page_by_page(api: Api) -> None:
    """Every entry is on one page and on no two, in order, whatever the size of a page."""
    await api.receives(100)
    for number in range(7):
        await api.post("/orders", order(f"W{number}"))
    whole = (await api.get("/journal/entries", params={"limit": 500})).json()
    assert whole["next"] is None
    assert len(whole["entries"]) == 8
    paged, path = [], "/journal/entries?limit=3"
    while path:
        answer = await api.get(path)
        paged += answer.json()["entries"]
        path = answer.links["next"]["url"].removeprefix("/v1") if "next" in answer.links else ""
    assert paged == whole["entries"]


async def test_entries_of_a_subject_and_an_account(api: Api) -> None:
    """An entry shows who owes what to whom and why; entries can be asked for by subject, account and day."""
    await api.receives(100)
    await api.post("/orders", order("W1", 2), {"x-correlation-id": "story-1"})
    (entry,) = (await api.get("/journal/entries", params={"subject": "order/W1"})).json()["entries"]
    assert (entry["type"], entry["source"], entry["correlation"]) == (
        "tallystick.sales.order_placed.v1",
        f"api/{SHOP}",
        "story-1",
    )
    assert entry["lines"] == [
        {
            "n": 1,
            "debit": "stock:reserved:WH1",
            "credit": "stock:sellable:WH1",
            "commodity": "sku:LAMP",
            "item": "LAMP",
            "amount": 2,
            "because": entry["lines"][0]["because"],
        }
    ]
    assert (await api.get(f"/journal/entries/{entry['event']}")).json() == entry
    by_account = (await api.get("/journal/entries", params={"account": "inventory:WH1"})).json()["entries"]
    assert [e["type"] for e in by_account] == ["tallystick.stock.receipt_reported.v1"]
    assert not (await api.get("/journal/entries", params={"booked_from": "2999-01-01"})).json()["entries"]
    assert (await api.get("/journal/entries/123")).status_code == 404


async def test_the_story_behind_a_correlation(api: Api) -> None:
    """A caller's correlation id leads to everything that came of its request."""
    await api.receives(100)
    await api.post("/orders", order("W1", 2), {"x-correlation-id": "story-1"})
    story = (await api.get("/trace", params={"reference": "story-1"})).json()
    assert (story["subjects"], story["correlations"]) == (["order/W1"], ["story-1"])
    assert [s["what"] for s in story["steps"]] == ["event", "command", "deadline"]
    assert (await api.get("/trace", params={"reference": "nothing"})).status_code == 404


async def test_products_and_locations(api: Api) -> None:
    """Products come page by page in the order of their codes."""
    for sku in ("C", "A", "B"):
        await api.receives(1, sku)
    page = (await api.get("/products", params={"limit": 2})).json()
    assert (page["products"], page["next"]) == (["A", "B"], "B")
    assert (await api.get("/products", params={"limit": 2, "after": "B"})).json() == {"products": ["C"], "next": None}
    assert (await api.get("/locations")).json() == {"locations": ["WH1"]}


async def test_the_catalogue_names_consumers(api: Api) -> None:
    """Each capability has owner, lifecycle and version; who has used it is seen. None is a draft any more."""
    await api.get("/stock/LAMP")
    found = {c["name"]: c for c in (await api.get("/catalogue")).json()["capabilities"]}
    assert (found["orders"]["owner"], found["orders"]["lifecycle"]) == ("sales operations", "active")
    assert [c["client"] for c in found["availability"]["consumers"]] == [SHOP]
    assert {o["lifecycle"] for o in found["orders"]["operations"]} == {"active"}
    assert {c["lifecycle"] for c in found.values()} == {"active"}
