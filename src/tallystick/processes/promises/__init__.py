"""What may be promised and what is: rules, units fenced for a channel, goods announced, reservations.

Never here: orders (orders/), what has happened already (records/).
"""
