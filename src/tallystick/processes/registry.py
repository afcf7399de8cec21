"""Every process of the house by name. A new one is a file and a line here."""

from typing import Final

from tallystick.processes.buying.purchase import PURCHASE
from tallystick.processes.buying.supplier_invoice import SUPPLIER_INVOICE
from tallystick.processes.ledgers.document import DOCUMENT
from tallystick.processes.ledgers.journal import JOURNAL
from tallystick.processes.masters.master import LEDGER_ACCOUNT, PRODUCT, SUPPLIER
from tallystick.processes.masters.price import PRICE
from tallystick.processes.orders.fulfilment import FULFILMENT
from tallystick.processes.orders.goods_return import RETURN
from tallystick.processes.orders.loss_claim import CLAIM
from tallystick.processes.orders.order import ORDER
from tallystick.processes.payments.payment import PAYMENT
from tallystick.processes.payments.refund import REFUND
from tallystick.processes.promises.allocation import ALLOCATION
from tallystick.processes.promises.inbound import INBOUND
from tallystick.processes.promises.reservation import RESERVATION
from tallystick.processes.promises.rules import RULES
from tallystick.processes.records.differences import DIFFERENCE
from tallystick.processes.records.manual_entry import MANUAL_ENTRY
from tallystick.processes.records.recording import BAD_DEBT, COUNT, CREDIT, RECEIPT, SALE
from tallystick.processes.records.statements import STATEMENT
from tallystick.processes.returning.policies import RETURN_POLICIES
from tallystick.processes.returning.rma import RMA
from tallystick.processes.table import Process
from tallystick.processes.tills.basket import BASKET
from tallystick.processes.tills.cash_up import CASH_UP

PROCESSES: Final[dict[str, Process]] = {
    p.name: p
    for p in (
        *(ORDER, FULFILMENT, PAYMENT, REFUND, RETURN, CLAIM),
        *(RMA, RETURN_POLICIES),
        *(RULES, ALLOCATION, INBOUND, RESERVATION),
        *(SALE, CREDIT, BAD_DEBT, COUNT, RECEIPT),
        *(BASKET, CASH_UP),
        *(STATEMENT, DIFFERENCE),
        *(PRODUCT, SUPPLIER, LEDGER_ACCOUNT, PRICE),
        *(JOURNAL, DOCUMENT, MANUAL_ENTRY),
        *(PURCHASE, SUPPLIER_INVOICE),
    )
}


def process_of(member: str) -> Process:
    """Return the process a member runs: `payment` of `payment/1`."""
    return PROCESSES.get(member) or PROCESSES[member.partition("/")[0]]
