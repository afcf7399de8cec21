"""How this connector is tried: `tally connector check x12`, and in the tests."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.connectors.x12.connector import X12Partner
from tallystick.connectors.x12.envelopes import Interchange, Segment, interchanges
from tallystick.connectors.x12.manifest import MANIFEST
from tallystick.kit.boxes.mailbox import digest_of
from tallystick.kit.contract.bench import Bench, Golden, Trial
from tallystick.kit.twins.faults import Fault
from tallystick.messages.availability import InboundAnnounced, InboundLine
from tallystick.messages.buying.reports import (
    AcknowledgedLine,
    AdvisedLine,
    InvoicedLine,
    PurchaseAcknowledged,
    ShipmentAdvised,
    SupplierInvoiceReported,
)
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported, ShipOrder
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported, HeldLine, ReceiptLine, ReceiptReported
from tallystick.ports.connector import Connection, Delivery, Report

ZONE, SOURCE = "America/New_York", "depot"
SETTINGS: Final = {
    "us": "ZZ:TALLYSTICK",
    "them": "01:DEPOT",
    "location": "WH1",
    "currency": "USD/2",
    "zone": ZONE,
    "costs": "LAMP=12.50,MUG=0.05",
    "purchases": "yes",
}
AT: Final = datetime(2026, 3, 8, 4, 30, tzinfo=UTC)
"""There it is half past eleven at night, on the day before the clocks go forward."""
DAY: Final = date(2026, 3, 7)
SHIPPED: Final = (
    "W06*F*W-1*20260307*SHIP-1",
    "N1*ST*JOE PUBLIC*92*R1",
    "LX*1",
    "W12*CP*3*2*1*EA**VN*LAMP",
    "N9*LI*7",
    "LX*2",
    "W12*CC*1*1*0*EA*012345678905*VN*MUG",
    "N9*LI*8",
    "W03*3",
)
RECEIVED: Final = (
    "W17*F*20260307*REC-1**ASN-1",
    "N1*WH*DEPOT*92*D1",
    "W07*10*EA**VN*LAMP",
    "W07*3*PC**VN*MUG",
    "W14*13",
)
COUNTED: Final = ("W15*20260307*ADJ-1", "W19*05*-2*EA**VN*LAMP", "W19*57*1*EA**VN*MUG")
NOTICED: Final = (
    "BSN*00*ASN-2*20260307*2330",
    "HL*1**S",
    "DTM*011*20260307",
    "DTM*017*20260311",
    "HL*2*1*I",
    "LIN*1*VN*LAMP*UP*012345678905",
    "SN1*1*24*EA",
    "CTT*1",
)

ANSWERED: Final = (
    "BAK*00*AC*P-1*20260307",
    "PO1*1*10*EA*4.00**VN*LAMP",
    "ACK*IA*8*EA*067*20260311",
    "ACK*IB*2*EA*067*20260320",
    "PO1*2*5*EA*1.50**VN*MUG",
    "ACK*IR",
)
ADVISED: Final = (
    "BSN*00*ASN-9*20260307*2330",
    "HL*1**S",
    "DTM*017*20260311",
    "HL*2*1*O",
    "PRF*P-1",
    "HL*3*2*I",
    "LIN*1*VN*LAMP",
    "SN1*1*8*EA",
)
INVOICED: Final = (
    "BIG*20260307*INV-1**P-1",
    "IT1*1*3*EA*3.333**VN*LAMP",
    "IT1*2*5*EA*1.50**VN*MUG",
    "TXI*ST*3.50",
    "TDS*2100",
)


def written(number: int, *sets: tuple[str, Sequence[str]], functional: str = "SW") -> bytes:
    """Return an interchange of the depot's with these sets in one group."""
    lines = [
        f"ISA*00*          *00*          *01*DEPOT          *ZZ*TALLYSTICK     *260307*2330*U*00401*{number:09}*0*T*>",
        f"GS*{functional}*DEPOT*TALLYSTICK*20260307*2330*{number}*X*004010",
    ]
    for n, (code, segments) in enumerate(sets, 1):
        lines += [f"ST*{code}*{n:04}", *segments, f"SE*{len(segments) + 2}*{n:04}"]
    return "".join(f"{line}~\n" for line in [*lines, f"GE*{len(sets)}*{number}", f"IEA*1*{number:09}"]).encode()


def connection(folder: Path) -> Connection:
    """Return a connection to a folder."""
    return Connection(name=SOURCE, url=folder.as_uri(), secret=lambda _: "", settings=SETTINGS)


class Depot:
    """The partner at the other end of the folder, who reads by itself what we wrote."""

    def __init__(self, folder: Path) -> None:
        """Look into *folder*."""
        self._folder = folder

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Nobody is called, so nothing can fail on the way."""

    def requests(self) -> int:
        """Nobody is called."""
        return 0

    def effects(self) -> Sequence[Struct]:
        """Read the orders back into our words."""
        files = sorted((self._folder / "out").glob("940-*.edi"))
        return [order for file in files for order in _orders(file.read_bytes())]

    def stir(self, kind: type[Struct]) -> None:  # noqa: ARG002 - one file holds all kinds
        """Write another interchange."""
        (self._folder / "in" / "0002.edi").write_bytes(
            written(2, ("945", [SHIPPED[0].replace("SHIP-1", "SHIP-2"), *SHIPPED[1:]]))
        )


def _orders(body: bytes) -> Iterator[ShipOrder]:
    for whole in interchanges(body):
        if not isinstance(whole, Interchange) or whole.flaw:
            raise AssertionError(f"what was written is no interchange: {whole}")
        for one in (s for group in whole.groups for s in group.sets):
            yield _order(one.segments)


def _order(segments: Sequence[Segment]) -> ShipOrder:
    lines, order, location, recipient = list[HeldLine](), "", "", ""
    for segment, after in zip(segments, [*segments[1:], Segment(("",))], strict=True):
        match segment.name, segment(1):
            case "W05", _:
                order = segment(2)
            case "N1", "WH":
                location = segment(4)
            case "N1", "ST":
                recipient = segment(4)
            case "W01", count:
                lines.append(HeldLine(int(after(2)), segment(5), int(count)))
    return ShipOrder(order, location, tuple(lines), recipient)


def _golden(
    code: str, segments: Sequence[str], said: tuple[str, str, tuple[Struct, ...]], needed: Sequence[str]
) -> Golden:
    name, subject, data = said
    body = written(1, (code, segments))
    reports = tuple(_report(name, subject, d) for d in data)
    lacking = {need: written(1, (code, [s for s in segments if not s.startswith(f"{need}*")])) for need in needed}
    extended = written(1, (code, [segments[0], "ZZZ*SOMETHING*NEW", *segments[1:]]))
    delivery = Delivery(source=SOURCE, id="g", subject="x12/depot/g", body=body, digest=sha256(body).digest())
    return Golden(delivery=delivery, reports=reports, lacking=lacking, extended=extended)


def _report(name: str, subject: str, data: Struct) -> Report:
    identity = f"{name}#{digest_of(msgspec.json.encode(data))}"
    return Report(id=identity, subject=subject, data=data, time=AT, on=DAY, zone=ZONE)


def goldens() -> list[Golden]:
    """Return a supplier's answer, notice and invoice; a dispatch that came short, a receipt, a count and a notice."""
    left = DispatchReported("W-1", "SHIP-1", (HeldLine(7, "LAMP", 2), HeldLine(8, "MUG", 1)))
    short = DispatchRefused("W-1", "short in shipment SHIP-1", (HeldLine(7, "LAMP", 1),))
    goods = (ReceiptLine(1, "LAMP", 10, 12500), ReceiptLine(2, "MUG", 3, 15))
    came = ReceiptReported("REC-1", "WH1", "USD/2", "supplier", goods, inbound="ASN-1")
    wrong = (AdjustmentLine(1, "LAMP", -2, "05"), AdjustmentLine(2, "MUG", 1, "57"))
    counted = AdjustmentReported("ADJ-1", "WH1", "USD/2", wrong)
    coming = InboundAnnounced("ASN-2", "WH1", date(2026, 3, 11), (InboundLine(1, "LAMP", 24),))
    answer = (AcknowledgedLine(1, 10, date(2026, 3, 20)), AcknowledgedLine(2, 0, DAY))
    advice = ShipmentAdvised("P-1", "ASN-9", date(2026, 3, 11), (AdvisedLine(1, 8),))
    asked = SupplierInvoiceReported("P-1", "INV-1", "USD/2", (InvoicedLine(1, 3, 1000), InvoicedLine(2, 5, 750)), 350)
    purchase = "purchase/P-1"
    return [
        _golden("855", ANSWERED, ("855/P-1", purchase, (PurchaseAcknowledged("P-1", answer),)), ("BAK", "PO1")),
        _golden("856", ADVISED, ("856/ASN-9", purchase, (advice,)), ("BSN", "DTM", "LIN", "SN1")),
        _golden("810", INVOICED, ("810/INV-1", purchase, (asked,)), ("BIG", "IT1", "TDS")),
        _golden("945", SHIPPED, ("945/W-1/SHIP-1", "order/W-1", (left, short)), ("W06", "W12", "N9")),
        _golden("944", RECEIVED, ("944/REC-1", "inbound/ASN-1", (came,)), ("W17", "W07")),
        _golden("947", COUNTED, ("947/ADJ-1", "count/depot/ADJ-1", (counted,)), ("W15", "W19")),
        _golden("856", NOTICED, ("856/ASN-2", "inbound/ASN-2", (coming,)), ("BSN", "DTM", "LIN", "SN1")),
    ]


_LINES: Final = (HeldLine(7, "LÄMP/1", 9_007_199_254_740), HeldLine(8, "MUG", 1))
TRIAL: Final = Trial(
    ShipOrder("W-1", "WH1", _LINES, "person:0000000000000001"),
    ShipOrder("W-1", "WH1", _LINES[:1], "person:0000000000000001"),
    ShipOrder("W*1", "WH1", _LINES),
    lambda command, n: msgspec.structs.replace(command, order=f"{command.order}.{n}"),  # type: ignore[attr-defined]
)


@contextmanager
def bench() -> Iterator[Bench]:
    """Lay an interchange into a folder, and a bench on the door that reads it."""
    with TemporaryDirectory(prefix="tally-bench-") as place:
        folder = Path(place)
        (folder / "in").mkdir()
        first = written(1, ("945", ["ZZZ*NOBODY KNOWS", *SHIPPED]), ("944", RECEIVED))
        (folder / "in" / "0001.edi").write_bytes(
            first.replace(b"ZZZ*NOBODY KNOWS~\n", b"").replace(b"LX*1~", b"LX*1*NOBODY KNOWS~", 1)
        )
        yield Bench(
            manifest=MANIFEST,
            door=lambda _: X12Partner(connection(folder)),
            partner=Depot(folder),
            goldens=goldens(),
            trials=[TRIAL],
            unknown=b"NOBODY KNOWS",
            limits=None,
        )
