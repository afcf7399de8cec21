"""Masters out of a real Tryton: pulled by cursor, changed there by its own rules, pulled again."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

from tallystick.connectors.tryton.client import Access
from tallystick.connectors.tryton.connector import TrytonErp
from tallystick.messages.masters import LedgerAccountReported, ProductReported, SupplierReported
from tallystick.messages.sales import SaleReported
from tallystick.ports.connector import Misconfigured
from tests.counterparts.tryton.server import PASSWORD, USER, Server


def pulled(erp: TrytonErp, kind: type[Struct], since: str = "") -> tuple[dict[str, Any], str]:
    """Pull until there is no more; return the reports by delivery and the cursor."""
    reports: dict[str, Any] = {}
    while True:
        page = erp.pull(kind, since)
        for delivery in page.deliveries:
            translation = erp.parse(delivery)
            assert not translation.faults
            reports |= {r.id: r.data for r in translation.reports}
        since = page.cursor
        if not page.more:
            return reports, since


@pytest.fixture
def clerk(tryton: Server) -> Iterator[TrytonErp]:
    """Somebody who works in Tryton."""
    door = TrytonErp(Access(tryton.url, tryton.database, USER, PASSWORD))
    door._desk()
    yield door
    door.close()


def test_masters_come_in_our_words(erp: TrytonErp) -> None:
    """Products by their code, suppliers that supply something, and the chart with what may be booked to."""
    products = {p.sku: p for p in pulled(erp, ProductReported)[0].values()}
    assert {(s, p.name, p.is_active) for s, p in products.items()} == {
        ("LAMP-ARC", "Arc lamp", True),
        ("MUG", "Mug", True),
        ("OLD-FAN", "Fan of old", False),
    }
    suppliers = pulled(erp, SupplierReported)[0].values()
    assert sorted(s.name for s in suppliers) == ["Lumen Works Ltd", "Potters & Sons"]
    chart = {a.code: a for a in pulled(erp, LedgerAccountReported)[0].values()}
    assert chart["1.2.1"].needs_party
    assert not chart["1.2.9"].needs_party
    assert not chart["1.0.0"].takes_entries
    assert chart["4.1.1"].name == "Goods"


def test_pulling_again_brings_nothing_new(erp: TrytonErp) -> None:
    """From the same cursor the same deliveries; from the next one only those of the last minutes, under the same ids."""
    everything, cursor = pulled(erp, LedgerAccountReported)
    assert pulled(erp, LedgerAccountReported) == (everything, cursor)
    again, same = pulled(erp, LedgerAccountReported, cursor)
    assert (again.keys() <= everything.keys(), same) == (True, cursor)


def test_small_pages_miss_and_double_nothing(erp: TrytonErp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records stamped at the same instant lie on both sides of a page's end."""
    whole, _ = pulled(erp, LedgerAccountReported)
    monkeypatch.setattr("tallystick.connectors.tryton.masters.PAGE_SIZE_MAX", 7)
    assert pulled(erp, LedgerAccountReported)[0] == whole


def test_a_change_anywhere_of_a_product_is_seen(erp: TrytonErp, clerk: TrytonErp) -> None:
    """Name and standing lie with the template, the code with the variant: either change is a new version."""
    before, cursor = pulled(erp, ProductReported)
    mug = next(p for p in before.values() if p.sku == "MUG")
    (product,) = clerk._client.read("model.product.product.read", [int(mug.record)], ["template"])
    clerk._client.write("model.product.template.write", [product["template"]], {"name": "Large mug"})
    after, cursor = pulled(erp, ProductReported, cursor)
    changed = [p for key, p in after.items() if key not in before]
    assert [(p.sku, p.name, p.version > mug.version) for p in changed] == [("MUG", "Large mug", True)]
    clerk._client.write("model.product.product.write", [int(mug.record)], {"suffix_code": "MUG-L"})
    later, _ = pulled(erp, ProductReported, cursor)
    assert [p.sku for key, p in later.items() if key not in before | after] == ["MUG-L"]


def test_a_supplier_is_known_once_however_much_it_supplies(erp: TrytonErp, clerk: TrytonErp) -> None:
    """Two products of one firm are one supplier; its new name is seen."""
    before, cursor = pulled(erp, SupplierReported)
    lumen = next(s for s in before.values() if s.name.startswith("Lumen"))
    clerk._client.write("model.party.party.write", [int(lumen.record)], {"name": "Lumen & Daughters Ltd"})
    after, _ = pulled(erp, SupplierReported, cursor)
    assert [s.name for key, s in after.items() if key not in before] == ["Lumen & Daughters Ltd"]


def test_a_closed_account_is_seen(erp: TrytonErp, clerk: TrytonErp) -> None:
    """Somebody closes an account in the chart."""
    before, cursor = pulled(erp, LedgerAccountReported)
    fees = next(a for a in before.values() if a.code == "6.3.8")
    clerk._client.write("model.account.account.write", [int(fees.record)], {"closed": True})
    after, _ = pulled(erp, LedgerAccountReported, cursor)
    assert [(a.code, a.is_closed) for key, a in after.items() if key not in before] == [("6.3.8", True)]


def test_what_is_no_master_of_tryton_is_not_pulled(erp: TrytonErp) -> None:
    """A kind or a cursor that this door does not know is a mistake of configuration, not an empty page."""
    with pytest.raises(Misconfigured):
        erp.pull(SaleReported, "")
    with pytest.raises(Misconfigured):
        erp.pull(ProductReported, "yesterday")
