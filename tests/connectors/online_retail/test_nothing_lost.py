"""Whatever stands in a file, each of its rows is either reported or told about."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.connectors.online_retail.paper import FEED, HEADER, in_memory, line, redelivered, told

LISTS = ("goods", "giveaways", "services", "charges", "vouchers", "lines", "unstocked")

cell = st.one_of(st.text(max_size=6), st.sampled_from(["1", "C1", "A1", "POST", "2", "-2", "0", "2.55", "-1", "17850"]))
likely = st.builds(
    line,
    st.sampled_from(["1", "C2", "A3", "", "c2"]),
    st.sampled_from(["LAMP", "POST", "gift_0001_10", "D", ""]),
    st.sampled_from(["1", "-1", "0", "x"]),
    st.sampled_from(["2.55", "0", "-1", ""]),
    customerid=st.sampled_from(["", "1", "2"]),
)
rows = st.lists(st.one_of(likely, st.lists(cell, min_size=1, max_size=10).map(tuple)), max_size=12)


def lines_of(data: Any) -> int:
    """How many lines a report has."""
    return sum(len(getattr(data, name, ())) for name in LISTS)


@given(rows)
def test_every_row_is_reported_or_told_about(found: list[tuple[str, ...]]) -> None:
    """The lines of all reports and the faults together are the rows of the file, and no two things share an id."""
    deliveries = in_memory(found)
    reports, faults = told(deliveries)
    assert sum(lines_of(report.data) for report in reports) + len(faults) == len(found)
    for ids in ([d.id for d in deliveries], [r.id for r in reports], [f.id for f in faults]):
        assert len(set(ids)) == len(ids)


@given(rows)
def test_a_fault_handed_in_again_is_one_line(found: list[tuple[str, ...]]) -> None:
    """A fault's body is all it takes: made whole, its line is reported, made worse, it is told about under the same id."""
    right = dict(zip(HEADER, line("C2", quantity="-1", customerid=""), strict=True))
    for fault in told(in_memory(found))[1]:
        mended, none = told([redelivered(fault, FEED.mended(fault.body, right))])
        assert not none
        assert [lines_of(report.data) for report in mended] == [1]
        nothing, (worse,) = told([redelivered(fault, FEED.mended(fault.body, {"StockCode": ""}))])
        assert not nothing
        assert worse.id == fault.id


@given(st.binary(max_size=400))
def test_any_bytes_below_the_header_are_rows(content: bytes) -> None:
    """No content below a good header stops the file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "f.csv"
        file.write_bytes(",".join(HEADER).encode() + b"\n" + content)
        for delivery in FEED.deliveries(file):
            FEED.parse(delivery)
