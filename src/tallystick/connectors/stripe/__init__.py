"""Stripe: payments are authorised, captured, voided and refunded there; its events come back as our reports.

The shop makes each payment intent, with our order number in its metadata. Never here: card numbers, or any other provider.
"""
