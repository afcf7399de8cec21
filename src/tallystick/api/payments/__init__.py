"""Payments: where an order's payment stands, and what its provider did, told by the shop's checkout or a provider's door.

The house asks a provider by commands in its outbox (authorise, capture, void, pay back) as the processes decide.
Never here: amounts that somebody computes.
"""
