"""What each kind of line means."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tallystick.connectors.online_retail.kinds import NOT_MERCHANDISE, kind_of
from tallystick.messages.sales import (
    BadDebtLine,
    BadDebtReported,
    CreditReported,
    SaleLine,
    SaleReported,
    ServiceLine,
)
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported
from tallystick.ports.connector import FileFeed
from tests.connectors.online_retail.paper import FEED, datas, line, reports, write_csv


def test_the_feed_is_a_file_feed() -> None:
    """The door offers what `tally load` asks of a feed of files, and declares what the source does not say."""
    feed: FileFeed = FEED
    assert feed.manifest.name == "online-retail"
    assert {"zone", "tender", "opening", "cost_share", "fallback_cost", "net_of_vat", "currency", "unmatched"} <= set(
        feed.manifest.declared
    )


def test_a_sale_on_account(tmp_path: Path) -> None:
    """An invoice with a customer is a sale on account; its two lines of one code are two lines; money is exact."""
    file = write_csv(
        tmp_path / "f.csv", [line("536365", "85123a", "6", "2.55"), line("536365", "85123A", "1", "0.001")]
    )
    (report,) = reports(file)
    assert report.data == SaleReported(
        sale="536365",
        channel="online-retail",
        location="MAIN",
        currency="GBP/3",
        tender="account",
        goods=(SaleLine(1, "85123A", 6, 15_300), SaleLine(2, "85123A", 1, 1)),
        customer="online-retail~17850",
    )
    assert (report.id, report.subject) == ("536365#1-2", "sale/online-retail/536365")


def test_a_sale_to_nobody_known(tmp_path: Path) -> None:
    """An invoice without a customer was paid at once, by card as declared, and refers to nobody."""
    (sale,) = datas(write_csv(tmp_path / "f.csv", [line(customerid="")]))
    assert (sale.tender, sale.customer) == ("card", None)


def test_a_credit_gives_back_what_it_says(tmp_path: Path) -> None:
    """A C… invoice takes back goods, postage and discounts; what is given back is positive."""
    rows = [line("C7", "LAMP", "-2", "2.55"), line("C7", "POST", "-1", "18"), line("C7", "D", "-1", "27.5")]
    (report,) = reports(write_csv(tmp_path / "f.csv", rows))
    assert report.subject == "credit/online-retail/C7"
    assert report.data == CreditReported(
        credit="C7",
        channel="online-retail",
        location="MAIN",
        currency="GBP/3",
        tender="account",
        goods=(SaleLine(1, "LAMP", 2, 5_100),),
        services=(ServiceLine(2, "POST", "postage", 1, 18_000),),
        charges=(ServiceLine(3, "D", "discount", 1, 27_500),),
        customer="online-retail~17850",
    )


def test_a_bad_debt_is_written_off_or_revived(tmp_path: Path) -> None:
    """On an A… invoice a negative price is an amount given up, a positive one an amount owed after all."""
    rows = [line("A1", "B", "1", "-11062.06", customerid=""), line("A2", "B", "1", "11062.06", customerid="")]
    given_up, revived = datas(write_csv(tmp_path / "f.csv", rows))
    assert given_up == BadDebtReported("A1", "online-retail", "GBP/3", (BadDebtLine(1, "B", 1, 11_062_060),))
    assert revived.lines[0].written_off == -11_062_060


def test_stock_out_and_stock_in(tmp_path: Path) -> None:
    """At no price, units below zero are gone for the reason given, and units from nobody were found."""
    rows = [
        line("1", "LAMP", "-3", "0", description=" damaged ", customerid=""),
        line("1", "LAMP", "5", "0.00", description="", customerid=""),
        line("1", "POST", "1", "0", description="", customerid=""),
    ]
    (report,) = reports(write_csv(tmp_path / "f.csv", rows))
    assert (report.id, report.subject) == ("1#1-3/count", "count/online-retail/1")
    assert report.data == AdjustmentReported(
        adjustment="1",
        location="MAIN",
        currency="GBP/3",
        lines=(AdjustmentLine(1, "LAMP", -3, "damaged"), AdjustmentLine(2, "LAMP", 5)),
        unstocked=(AdjustmentLine(3, "POST", 1),),
    )


def test_a_gift_is_no_sale_and_no_count(tmp_path: Path) -> None:
    """Goods at no price to a customer are a giveaway; postage at no price is a service that earned nothing."""
    rows = [line("1", "LAMP", "1", "0"), line("1", "POST", "1", "0")]
    (sale,) = datas(write_csv(tmp_path / "f.csv", rows))
    assert sale.giveaways == (SaleLine(1, "LAMP", 1, 0),)
    assert sale.services == (ServiceLine(2, "POST", "postage", 1, 0),)
    assert not sale.goods


def test_one_invoice_may_say_two_things(tmp_path: Path) -> None:
    """An invoice with a sale and a count gives two reports; each is dated by its own first line."""
    later = "2011-03-01 09:01:00"
    rows = [line("1"), line("1", "LAMP", "-1", "0", customerid="", invoicedate=later), line("1", invoicedate=later)]
    sale, count = reports(write_csv(tmp_path / "f.csv", rows))
    assert [x.line for x in sale.data.goods] == [1, 3]
    assert [x.line for x in count.data.lines] == [2]
    assert (sale.time.minute, count.time.minute) == (0, 1)


@pytest.mark.parametrize(
    ("code", "listed", "service"),
    [
        ("POST", "services", "postage"),
        ("DOT", "services", "dotcom-postage"),
        ("C2", "services", "carriage"),
        ("m", "services", "manual"),
        ("PADS", "services", "sundry"),
        ("D", "charges", "discount"),
        ("S", "charges", "samples"),
        ("BANK CHARGES", "charges", "bank-charges"),
        ("AMAZONFEE", "charges", "amazon-fee"),
        ("CRUK", "charges", "charity"),
        ("B", "charges", "bad-debt-adjustment"),
        ("gift_0001_20", "vouchers", "voucher"),
    ],
)
def test_what_no_shelf_holds_is_listed_apart(tmp_path: Path, code: str, listed: str, service: str) -> None:
    """Postage, fees and vouchers never touch the stock, however their code is written."""
    (sale,) = datas(write_csv(tmp_path / "f.csv", [line("1", code, "1", "16.67")]))
    assert getattr(sale, listed) == (ServiceLine(1, code.upper(), service, 1, 16_670),)
    assert not sale.goods


def test_everything_else_is_merchandise() -> None:
    """A code is merchandise unless the table says otherwise."""
    assert kind_of("DCGS0003") is None
    assert len(NOT_MERCHANDISE) == 11


def test_the_day_is_the_shops(tmp_path: Path) -> None:
    """In summer the shop's clock is ahead of UTC: half past midnight belongs to the day the shop writes."""
    (report,) = reports(write_csv(tmp_path / "f.csv", [line(invoicedate="2011-07-01 00:30:00")]))
    assert report.time == datetime(2011, 6, 30, 23, 30, tzinfo=UTC)
    assert (report.on, report.zone) == (date(2011, 7, 1), "Europe/London")


@pytest.mark.parametrize(
    "text",
    ["12/1/2010 8:26", "2010-12-01T08:26", "2010-12-01 08:26:00", "2010-12-01T08:26:00Z", "2010-12-01 09:26+01:00"],
)
def test_dates_as_people_write_them(tmp_path: Path, text: str) -> None:
    """ISO with or without an offset, and the original file's month first."""
    (report,) = reports(write_csv(tmp_path / "f.csv", [line(invoicedate=text)]))
    assert report.time == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
