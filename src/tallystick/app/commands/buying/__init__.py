"""`tally purchase …`: what is ordered of suppliers, what comes of it, and what they invoice.

Never here: anything but reading options, asking the house and writing what it says.
"""
