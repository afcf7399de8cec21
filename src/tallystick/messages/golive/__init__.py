"""Going live: what is taken over from an old system, the channels that run beside it, and the switch.

Never here: how a difference is found (reconciliation/).
"""
