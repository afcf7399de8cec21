"""A parcel that leaves the warehouse shows in the shop where it was ordered, and its customer hears by mail.

A real Vendure, a real django-oscar, a real SMTP server.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.stock import HeldLine
from tests.counterparts.oscar import server as oscar
from tests.counterparts.vendure import server as vendure
from tests.counterparts.vendure.api import Api, clerk
from tests.counterparts.vendure.buyer import buys, variants
from tests.notices.conftest import by, written
from tests.notices.postbox import Postbox, postbox_here
from tests.shops.conftest import VENDURE_SECRETS
from tests.shops.tallied import Tallied, serving, until
from tests.shops.test_vendure_commands import LOOK

RELEASED = "select count(*) from process where kind = 'order' and state = 'RELEASED'"
DEAD = "select count(*) from outbox where state = 2"


ADA = "ada@example.test"


@pytest.fixture
def box() -> Iterator[Postbox]:
    """A mail server."""
    with postbox_here() as found:
        yield found


@pytest.fixture
def tallied(database_url: str, tmp_path: Path, request: pytest.FixtureRequest, box: Postbox) -> Tallied:
    """A book with lamps, whose warehouse reads its orders out of a folder, and whose customers hear by mail."""
    told = f'outbox_folder = "{tmp_path / "outbox"}"\n' + written(by(box, channels="*"))
    (tmp_path / "tallystick.toml").write_text(told)
    found = Tallied(database_url, tmp_path, request.param)
    found.receives({"LAMP": 10, "MUG": 10})
    return found


@pytest.fixture
def web(cluster_url: str, tallied: Tallied, tmp_path_factory: pytest.TempPathFactory) -> Iterator[vendure.Shop]:
    """A Vendure that tells the book of every change."""
    vendure.needs_vendure()
    folder = tmp_path_factory.mktemp("parcels")
    with vendure.served(cluster_url, folder, f"{tallied.server.url}/hooks/web") as found:
        yield found


@pytest.mark.parametrize("tallied", ["USD/2"], indirect=True)
def test_vendure_orders_ship_when_their_goods_leave(tallied: Tallied, web: vendure.Shop, box: Postbox) -> None:
    """Each parcel shows, the last one makes the order Shipped; money that was held in the shop is taken before."""
    admin = clerk(web.url, vendure.PASSWORD)
    ids = variants(admin)
    tallied.connects(("web", "vendure", web.url), VENDURE_SECRETS, location="WH1")
    lamps, mug = HeldLine(1, "LAMP", 2), HeldLine(2, "MUG", 1)
    leaves: dict[str, dict[str, tuple[HeldLine, ...]]] = {
        "card": {"1Z-1": (lamps,), "1Z-2": (mug,)},
        "card-later": {"1Z-3": (lamps, mug)},  # Vendure takes held money as a whole: such an order leaves as one.
    }
    with serving(tallied):
        for method, parcels in leaves.items():
            order = buys(web.url, {ids["LAMP"]: 2, ids["MUG"]: 1}, method)
            until(lambda: tallied.one(RELEASED) == "1", lambda: tallied.rows("select kind, state from process"))
            for tracking, lines in parcels.items():
                left = DispatchReported(order["code"], f"S-{tracking}", lines, "Post", tracking)
                tallied.says(f"order/{order['code']}", left)
            _shows(admin, order["id"], list(parcels))
        until(lambda: len(box.to(ADA)) == 5, lambda: [m["Subject"] for m in box.mails])
    assert {str(mail["To"]) for mail in box.mails} == {f"Ada Quill <{ADA}>"}
    assert tallied.one(DEAD) == "0"
    tallied.check()
    admin.close()


def _shows(admin: Api, order: str, parcels: list[str]) -> None:
    """Wait until the shop calls the order shipped, and see how it stands then."""
    until(lambda: admin(LOOK, i=order)["order"]["state"] == "Shipped", lambda: admin(LOOK, i=order))
    stands = admin(LOOK, i=order)["order"]
    assert [f["trackingCode"] for f in stands["fulfillments"]] == parcels
    assert {f["state"] for f in stands["fulfillments"]} == {"Shipped"}
    assert {p["state"] for p in stands["payments"]} == {"Settled"}


@pytest.mark.parametrize("tallied", ["EUR/2"], indirect=True)
def test_an_oscar_order_ships_when_its_goods_leave(
    tallied: Tallied, tmp_path_factory: pytest.TempPathFactory, box: Postbox
) -> None:
    """The shop's own pipeline moves on, with a note that names carrier and tracking number."""
    oscar.needs_oscar()
    with oscar.served(tmp_path_factory.mktemp("parcels")) as shop, serving(tallied):
        settings = {"location": "WH1", "user": oscar.USER, "payment": "at_checkout"}
        tallied.connects(("shop", "oscar", shop.url), {"password": oscar.PASSWORD}, **settings)
        number = oscar.buys(shop.url, {1: 2})["number"]
        until(lambda: tallied.one(RELEASED) == "1", lambda: tallied.rows("select kind, state from process"))
        left = DispatchReported(f"shop-{number}", "S1", (HeldLine(1, "LAMP", 2),), "Post", "1Z-1")
        tallied.says(f"order/shop-{number}", left)
        with httpx.Client(auth=(oscar.USER, oscar.PASSWORD), trust_env=False) as staff:
            where = f"{shop.url}/api/tallystick/orders/{number}/status/"
            until(lambda: staff.get(where).json()["status"] == "shipped", lambda: staff.get(where).json())
            assert any("Post 1Z-1" in note for note in staff.get(where).json()["notes"])
        until(lambda: len(box.to(ADA)) == 2, lambda: [m["Subject"] for m in box.mails])
    assert [str(m["Subject"]) for m in box.to(ADA)][-1] == f"Your order shop-{number} is on its way"
    assert {str(mail["To"]) for mail in box.mails} == {f"Ada Quill <{ADA}>"}
    assert tallied.one(DEAD) == "0"
    tallied.check()
