"""Every process of the house by name. A new one is a file and a line here."""

from typing import Final

from tallystick.processes.orders.fulfilment import FULFILMENT
from tallystick.processes.orders.goods_return import RETURN
from tallystick.processes.orders.order import ORDER
from tallystick.processes.payments.payment import PAYMENT
from tallystick.processes.payments.refund import REFUND
from tallystick.processes.promises.allocation import ALLOCATION
from tallystick.processes.promises.inbound import INBOUND
from tallystick.processes.promises.reservation import RESERVATION
from tallystick.processes.promises.rules import RULES
from tallystick.processes.records.manual_entry import MANUAL_ENTRY
from tallystick.processes.records.recording import BAD_DEBT, COUNT, CREDIT, RECEIPT, SALE
from tallystick.processes.table import Process

PROCESSES: Final[dict[str, Process]] = {
    p.name: p
    for p in (
        *(ORDER, FULFILMENT, PAYMENT, REFUND, RETURN),
        *(RULES, ALLOCATION, INBOUND, RESERVATION),
        *(SALE, CREDIT, BAD_DEBT, COUNT, RECEIPT, MANUAL_ENTRY),
    )
}


def process_of(member: str) -> Process:
    """Return the process a member runs: `payment` of `payment/1`."""
    return PROCESSES[member.partition("/")[0]]
