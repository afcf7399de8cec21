"""The machinery: inbox, gate, outbox delivery, timers.

Never here: business rules (decisions/, processes/, posting/) or SQL (storage/).
"""
