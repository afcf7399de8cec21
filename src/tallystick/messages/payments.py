"""Payments: authorised, captured, voided, refunded and settled by a provider."""

from msgspec import Struct

from tallystick.model.amount import Minor


class PaymentAuthorised(Struct, frozen=True, gc=False):
    """Report: the provider holds *amount* of the customer's money for us."""

    order: str
    provider: str
    amount: Minor
    reference: str = ""


class PaymentDeclined(Struct, frozen=True, gc=False):
    """Report: the provider will not hold the money."""

    order: str
    reason: str = ""


class CaptureReported(Struct, frozen=True, gc=False):
    """Report: the provider took *amount*; it now owes it to us."""

    order: str
    provider: str
    amount: Minor
    reference: str = ""


class VoidReported(Struct, frozen=True, gc=False):
    """Report: the provider let the money go."""

    order: str


class RefundReported(Struct, frozen=True, gc=False):
    """Report: the provider paid *amount* back to the customer under our refund *number*."""

    order: str
    number: int
    provider: str
    amount: Minor
    reference: str = ""


class RefundFailed(Struct, frozen=True, gc=False):
    """Report: the provider could not pay refund *number* back."""

    order: str
    number: int
    reason: str


class SettlementReported(Struct, frozen=True, gc=False):
    """Report: the payment's part of a payout: *gross* was settled, *fee* of it kept by the provider."""

    order: str
    provider: str
    payout: str
    bank: str
    gross: Minor
    fee: Minor


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


class PaymentSettled(Struct, frozen=True, gc=False):
    """Fact: the payment's part of a payout reached the bank: *net* of the *fee* the provider kept."""

    order: str
    provider: str
    bank: str
    payout: str
    currency: str
    net: Minor
    fee: Minor


class AuthorisePayment(Struct, frozen=True, gc=False):
    """Command to the provider: hold this amount."""

    order: str
    provider: str
    currency: str
    amount: Minor


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


class RequestPayment(Struct, frozen=True, gc=False):
    """Tell (order to payment): secure this amount."""

    channel: str
    provider: str
    currency: str
    amount: Minor


class CollectPayment(Struct, frozen=True, gc=False):
    """Tell (order to payment): goods worth *amount* have left, take it."""

    amount: Minor


class ReleasePayment(Struct, frozen=True, gc=False):
    """Tell (order to payment): the order has ended, let the money go."""


class PaymentSecured(Struct, frozen=True, gc=False):
    """Tell (payment to order): the money is held."""


class PaymentFailed(Struct, frozen=True, gc=False):
    """Tell (payment to order): there will be no money."""

    reason: str


class RequestRefund(Struct, frozen=True, gc=False):
    """Tell (to refund): pay *amount* back."""

    number: int
    channel: str
    provider: str
    currency: str
    amount: Minor


class RefundSettled(Struct, frozen=True, gc=False):
    """Tell (refund to order): refund *number* of *amount* has been paid."""

    number: int
    amount: Minor
