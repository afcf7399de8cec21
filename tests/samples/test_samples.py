"""Published samples: each is translated whole, or stands on the list with the names of what is left out of it.

Sources and licences stand in the samples' own index; nothing of them is copied here.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tallystick.connectors.poslog.client import deliveries as cut_poslog
from tallystick.connectors.poslog.connector import Poslog
from tallystick.connectors.poslog.coverage import COVERAGE as POSLOG
from tallystick.connectors.x12.acknowledging import answers, to_answer
from tallystick.connectors.x12.connector import X12Partner
from tallystick.connectors.x12.coverage import COVERAGE as X12
from tallystick.connectors.x12.cut import deliveries as cut_x12
from tallystick.connectors.x12.elements import Partner
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.sales import SaleReported
from tallystick.messages.stock import HeldLine
from tallystick.ports.connector import Connection, Translation
from tests.samples.named import QUARANTINED

SETTINGS = {
    "us": "ZZ:US",
    "them": "ZZ:THEM",
    "location": "WH1",
    "currency": "USD/2",
    "zone": "America/Los_Angeles",
    "measures": "EA,CA",
    "line": "LX",
}
EXPECTED = {sample: set(names.split("; ")) for names, samples in QUARANTINED.items() for sample in samples}
X12_FOLDERS = ("x12-ediengine", "x12-edinet", "x12-gozer", "x12-node", "x12-staedi", "x12-stupidedi", "x12-types")


def connection() -> Connection:
    """A connection to nowhere: samples are only translated."""
    return Connection(name="them", url="folder:///nowhere", secret=lambda _: "", settings=SETTINGS)


def of_poslog(body: bytes) -> list[Translation]:
    """Cut and translate a POSLog."""
    door = Poslog(connection())
    return [door.parse(d) for d in cut_poslog(body, "them")]


def of_x12(body: bytes) -> list[Translation]:
    """Cut and translate a file of X12."""
    door = X12Partner(connection())
    return [door.parse(d) for d in cut_x12(body, "them")]


def names(translations: Iterable[Translation]) -> set[str]:
    """The names that the faults begin with."""
    return {fault.reason.partition(":")[0] for one in translations for fault in one.faults}


def unlisted(name: str, found: set[str]) -> str:
    """What is wrong with the list, or with the translation; empty where they agree."""
    expected = EXPECTED.get(name, set())
    return "" if found == expected else f"{name}: quarantined under {sorted(found)}, listed under {sorted(expected)}"


def test_no_x12_sample_is_quarantined_but_by_the_list(samples: Path) -> None:
    """Whoever breaks a translation, or repairs one, must say so in the list."""
    files = [file for folder in X12_FOLDERS for file in sorted((samples / folder).iterdir())]
    assert len(files) > 80
    wrong = [unlisted(f"{f.parent.name}/{f.name}", names(of_x12(f.read_bytes()))) for f in files]
    assert [w for w in wrong if w] == []


def test_no_till_log_is_quarantined_but_by_the_list(samples: Path) -> None:
    """A real day of a grocer's tills: every basket but the one that gives a bottle's deposit back."""
    for file in sorted((samples / "poslog").iterdir()):
        assert unlisted(f"poslog/{file.name}", names(of_poslog(file.read_bytes()))) == ""
    whole = of_poslog((samples / "poslog" / "POSLog.xml").read_bytes())
    sales = [r.data for t in whole for r in t.reports if isinstance(r.data, SaleReported)]
    assert (len(whole), len(sales), sum(len(t.faults) for t in whole)) == (51, 41, 1)


def test_a_till_logs_money_is_what_its_own_totals_say(samples: Path) -> None:
    """Counted another way: the grand totals of the file against what the baskets bring, to the cent."""
    text = (samples / "poslog" / "POSLog.xml").read_text("utf-8")
    told = [int(x.replace(".", "")) for x in re.findall(r'"TransactionGrandAmount">([\d.]+)<', text)]
    left_out = 1188
    sales = [r.data for t in of_poslog(text.encode()) for r in t.reports]
    taken = sum(x.net + x.tax for s in sales if isinstance(s, SaleReported) for x in s.goods)
    assert taken == sum(told) - left_out


def test_every_name_on_the_list_is_one_of_the_coverage() -> None:
    """So that the reason can be read in the reference."""
    known = set(POSLOG.quarantined) | set(X12.quarantined)
    assert {name for of in EXPECTED.values() for name in of} <= known


def test_the_list_names_samples_there_are(samples: Path) -> None:
    """A sample that is gone is taken off it."""
    assert [name for name in EXPECTED if not (samples / name).is_file()] == []


def test_a_quarantine_that_is_not_on_the_list_is_found() -> None:
    """The broken twin: a translation that gives up on a sample, and a list that was not told."""
    assert unlisted("x12-types/004010_315.edi", {"a field"})
    assert unlisted("poslog/SMALL.xml", {"totals"})
    assert unlisted("x12-types/004010_315.edi", set())


def test_a_published_945_says_what_left(samples: Path) -> None:
    """From a warehouse's own guide. A web page had taken the blanks out of its ISA and a segment count was never true."""
    text = (samples / "x12-types" / "_945_test.rs").read_text("utf-8")
    (said, *_) = [m.replace("\n", "") for m in re.findall(r'r#"\s*(ISA.*?)"#', text, re.DOTALL) if "*WAQE *2" in m]
    one = of_x12(_padded(said).replace("SE*12*", "SE*16*").encode())
    assert [t.faults for t in one] == [()]
    expected = DispatchReported("IF102", "BOL12345", (HeldLine(10, "123456789", 3000),))
    assert [r.data for t in one for r in t.reports] == [expected]


def test_every_sound_interchange_among_the_samples_can_be_answered(samples: Path) -> None:
    """By a 997 for each of its groups, whatever is in them."""
    partner = _partner()
    answered = 0
    for folder in X12_FOLDERS:
        for file in (samples / folder).iterdir():
            answered += sum(len(answers(whole, partner)) for whole in to_answer(file.read_bytes()))
    assert answered > 20


@pytest.mark.parametrize("folder", ["edi-ediweave"])
def test_more_x12_is_read_and_named(samples: Path, folder: str) -> None:
    """Invoices in every framing: each is named as what no process takes yet, or by what is wrong with it."""
    for file in sorted((samples / folder).glob("X12*")):
        found = names(of_x12(file.read_bytes()))
        assert found
        assert found <= set(X12.quarantined), file.name


def _padded(text: str) -> str:
    """Put the blanks of a fixed-width ISA back (X12.5)."""
    widths = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
    head, *elements, rest = text.split("*", 16)
    return "*".join([head, *(e.strip().ljust(w) for e, w in zip(elements, widths, strict=True)), rest])


def _partner() -> Partner:
    return X12Partner(connection()).partner
