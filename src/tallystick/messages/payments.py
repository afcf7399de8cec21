"""Payments: authorised, captured, voided, refunded and settled by a provider."""

from msgspec import Struct

from tallystick.messages.selling.gift_cards import CardTender
from tallystick.model.amount import Minor, NaturalMinor, PositiveMinor, SignedMinor


class PaymentAuthorised(Struct, frozen=True, gc=False):
    """Report: the provider holds *amount* of the customer's money for us; nothing, where nothing was to be held."""

    order: str
    provider: str
    amount: NaturalMinor
    reference: str = ""


class PaymentDeclined(Struct, frozen=True, gc=False):
    """Report: the provider will not hold the money."""

    order: str
    reason: str = ""


class CaptureReported(Struct, frozen=True, gc=False):
    """Report: the provider took *amount*; it now owes it to us. One *reference* is one capture."""

    order: str
    provider: str
    amount: PositiveMinor
    reference: str = ""


class VoidReported(Struct, frozen=True, gc=False):
    """Report: the provider let the money go."""

    order: str


class RefundReported(Struct, frozen=True, gc=False):
    """Report: the provider paid *amount* back to the customer under our refund *number*. One *reference*, one payment."""

    order: str
    number: int
    provider: str
    amount: PositiveMinor
    reference: str = ""


class RefundFailed(Struct, frozen=True, gc=False):
    """Report: the provider could not pay refund *number* back."""

    order: str
    number: int
    reason: str


class SettlementReported(Struct, frozen=True, gc=False):
    """Report: the payment's part of a payout: *gross* was settled, *fee* of it kept by the provider.

    A payment has one part in a payout; *gross* is below zero where more was taken back than paid out.
    """

    order: str
    provider: str
    payout: str
    bank: str
    gross: SignedMinor
    fee: SignedMinor


class ChargebackReported(Struct, frozen=True, gc=False):
    """Report: the customer's bank took *amount* back from the provider, and it from us, with a *fee*; negative: we won it back.

    One *reference* is one step of one dispute.
    """

    order: str
    provider: str
    amount: SignedMinor
    fee: SignedMinor
    reference: str


class AuthorisationRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the customer tries to pay again, perhaps by another *method*: ask the provider once more."""

    order: str
    method: str = ""


class CaptureRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: *amount* of what is held is to be taken now, before goods leave; 0: all of it."""

    order: str
    amount: NaturalMinor = 0


class VoidRequested(Struct, frozen=True, gc=False):
    """Report: the money that is held is to be let go; the order it was for ends."""

    order: str


class PaymentCaptured(Struct, frozen=True, gc=False):
    """Fact: the provider owes us what the customer owed."""

    order: str
    channel: str
    provider: str
    currency: str
    amount: Minor


class RefundPaid(Struct, frozen=True, gc=False):
    """Fact: the customer has the money back; the provider takes it from what it owes us."""

    order: str
    channel: str
    provider: str
    currency: str
    amount: Minor


class PaymentChargedBack(Struct, frozen=True, gc=False):
    """Fact: money taken was taken back against our will, or won back (negative); the provider keeps a *fee* for it."""

    order: str
    channel: str
    provider: str
    currency: str
    amount: Minor
    fee: Minor


class PaymentSettled(Struct, frozen=True, gc=False):
    """Fact: the payment's part of a payout reached the bank: *net* of the *fee* the provider kept."""

    order: str
    provider: str
    bank: str
    payout: str
    currency: str
    net: Minor
    fee: Minor


class AuthorisePayment(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to the provider: hold this amount, by the *method* its own reference names."""

    order: str
    provider: str
    currency: str
    amount: Minor
    method: str = ""


class CapturePayment(Struct, frozen=True, gc=False):
    """Command to the provider: take this amount of what is held."""

    order: str
    provider: str
    currency: str
    amount: Minor


class VoidPayment(Struct, frozen=True, gc=False):
    """Command to the provider: let the money go."""

    order: str
    provider: str


class PayRefund(Struct, frozen=True, gc=False):
    """Command to the provider: pay this amount back under our refund *number*."""

    order: str
    number: int
    provider: str
    currency: str
    amount: Minor


class RequestPayment(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (order to payment): secure this amount. *cut* is what was ordered beyond it and could not be promised.

    *is_paid* says that the buyer has paid the marketplace already.
    *cards* pay before the provider does; *answers_to* names the member that is told what comes of it (empty: the order).
    """

    channel: str
    provider: str
    currency: str
    amount: Minor
    cut: Minor = 0
    method: str = ""
    is_paid: bool = False
    cards: tuple[CardTender, ...] = ()
    answers_to: str = ""


class LowerPayment(Struct, frozen=True, gc=False):
    """Tell (order to payment): *amount* less is wanted, for lines that will not come."""

    amount: Minor


class ForgoPayment(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (order to payment): the order is refused, its *amount* is not wanted; what is taken all the same goes back.

    *is_paid* says that the buyer has paid the marketplace already.
    """

    channel: str
    provider: str
    currency: str
    amount: Minor
    is_paid: bool = False


class CollectPayment(Struct, frozen=True, gc=False):
    """Tell (order to payment): goods worth *amount* have left, take it. It is whole, for it may be the first to be told."""

    channel: str
    provider: str
    currency: str
    amount: Minor


class CreditPayment(Struct, frozen=True, gc=False):
    """Tell (order to payment): goods worth *amount* came back; what was paid of it goes back as refund *number*."""

    number: int
    amount: Minor


class ReleasePayment(Struct, frozen=True, gc=False):
    """Tell (order to payment): the order has ended, let the money go."""


class PaymentSecured(Struct, frozen=True, gc=False):
    """Tell (payment to order): the money is held."""


class PaymentFailed(Struct, frozen=True, gc=False):
    """Tell (payment to order): there will be no money."""

    reason: str


class RequestRefund(Struct, frozen=True, gc=False):
    """Tell (payment to refund): pay *amount* back."""

    number: int
    channel: str
    provider: str
    currency: str
    amount: Minor
