"""Master data over HTTP: things as they count, the steward's queue, and rulings.

Never here: words of systems; they come in as reports.
"""
