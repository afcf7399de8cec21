"""A master: known as its system of record last described it. An older description changes nothing, nor does the same."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.masters import (
    LedgerAccountKnown,
    LedgerAccountReported,
    MasterReport,
    ProductKnown,
    ProductReported,
    SupplierKnown,
    SupplierReported,
)
from tallystick.processes.table import NEW, Decide, Decision, Process, Row, Step

KNOWN = "KNOWN"


def _deciding(known: Callable[[Any], Struct]) -> Decide:
    def decide(data: MasterReport | None, step: Step, view: View) -> Decision:
        report: MasterReport = step.data
        if data is not None and report.version < data.version:
            return Decision("older", data)
        if data is not None and replace(report, version=data.version) == data:
            return Decision("unchanged", report)
        return Decision("described", report, (known(report),))

    return decide


def _master(name: str, report: type[Struct], known: Callable[[Any], Struct]) -> Process:
    decide = _deciding(known)
    return Process(
        name,
        report,
        (
            Row(NEW, report, decide, "described", KNOWN),
            Row(KNOWN, report, decide, "described", KNOWN),
            Row(KNOWN, report, decide, "unchanged", KNOWN, moves=False),
            Row(KNOWN, report, decide, "older", KNOWN, moves=False),
        ),
    )


PRODUCT = _master("product", ProductReported, ProductKnown)
SUPPLIER = _master("supplier", SupplierReported, SupplierKnown)
LEDGER_ACCOUNT = _master("ledger_account", LedgerAccountReported, LedgerAccountKnown)
