"""Stock keeping: what moves between our own places, what is counted, and what is corrected.

The subject is the transfer, the count or the correction. Never here: whose word is believed (processes/stocking).
"""
