"""Reservations: units held for a while for an order that may follow under the same number.

Never here: whether units may be held (decisions/), or when a reservation expires (processes/).
"""
