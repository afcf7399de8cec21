"""Returns under a policy: which policy counts, what it allows, and what is kept of a refund. Pure.

Never here: when this is asked (processes/returning), how it is booked (posting/returning).
"""
