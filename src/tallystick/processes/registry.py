"""Every process of the house by name. A new one is a file and a line here."""

from typing import Final

from tallystick.processes.buying.purchase import PURCHASE
from tallystick.processes.buying.supplier_invoice import SUPPLIER_INVOICE
from tallystick.processes.gift_cards.gift_card import GIFT_CARD
from tallystick.processes.gift_cards.tenders import TENDERS
from tallystick.processes.golive.channel import CHANNEL
from tallystick.processes.golive.parallel import PARALLEL
from tallystick.processes.golive.takeover import TAKEOVER
from tallystick.processes.ledgers.document import DOCUMENT
from tallystick.processes.ledgers.journal import JOURNAL
from tallystick.processes.masters.governing import OWNERSHIP, PUBLICATION
from tallystick.processes.masters.kit import KIT
from tallystick.processes.masters.master import LEDGER_ACCOUNT, PRODUCT, SUPPLIER
from tallystick.processes.masters.price import PRICE
from tallystick.processes.masters.record import RECORD
from tallystick.processes.orders.fulfilment import FULFILMENT
from tallystick.processes.orders.order import ORDER
from tallystick.processes.orders.returns.goods_return import RETURN
from tallystick.processes.orders.returns.loss_claim import CLAIM
from tallystick.processes.partners.parcel import PARCEL
from tallystick.processes.partners.screening import SCREENING
from tallystick.processes.partners.service_case import CASE
from tallystick.processes.payments.payment import PAYMENT
from tallystick.processes.payments.refund import REFUND
from tallystick.processes.promises.allocation import ALLOCATION
from tallystick.processes.promises.inbound import INBOUND
from tallystick.processes.promises.reservation import RESERVATION
from tallystick.processes.promises.rules import RULES
from tallystick.processes.records.differences import DIFFERENCE
from tallystick.processes.records.manual_entry import MANUAL_ENTRY
from tallystick.processes.records.marketplace_charge import MARKETPLACE_CHARGE
from tallystick.processes.records.recording import BAD_DEBT, COUNT, CREDIT, RECEIPT, SALE
from tallystick.processes.records.statements import STATEMENT
from tallystick.processes.returning.policies import RETURN_POLICIES
from tallystick.processes.returning.rma import RMA
from tallystick.processes.sourcing.policy import SOURCING
from tallystick.processes.stocking.correction import CORRECTION
from tallystick.processes.stocking.count import COUNT as CYCLE_COUNT
from tallystick.processes.stocking.state_move import MOVE
from tallystick.processes.stocking.transfer import TRANSFER
from tallystick.processes.table import Process
from tallystick.processes.tills.basket import BASKET
from tallystick.processes.tills.cash_up import CASH_UP

PROCESSES: Final[dict[str, Process]] = {
    p.name: p
    for p in (
        *(ORDER, FULFILMENT, PAYMENT, REFUND, RETURN, CLAIM),
        *(RMA, RETURN_POLICIES),
        *(RULES, SOURCING, ALLOCATION, INBOUND, RESERVATION),
        *(SALE, CREDIT, BAD_DEBT, COUNT, RECEIPT, MARKETPLACE_CHARGE),
        *(BASKET, CASH_UP),
        *(STATEMENT, DIFFERENCE),
        *(PRODUCT, SUPPLIER, LEDGER_ACCOUNT, PRICE, KIT),
        *(RECORD, OWNERSHIP, PUBLICATION),
        *(JOURNAL, DOCUMENT, MANUAL_ENTRY),
        *(PURCHASE, SUPPLIER_INVOICE),
        *(TRANSFER, CYCLE_COUNT, CORRECTION, MOVE),
        *(TAKEOVER, CHANNEL, PARALLEL),
        *(SCREENING, PARCEL, CASE),
        *(GIFT_CARD, TENDERS),
    )
}


def process_of(member: str) -> Process:
    """Return the process a member runs: `payment` of `payment/1`."""
    return PROCESSES.get(member) or PROCESSES[member.partition("/")[0]]
