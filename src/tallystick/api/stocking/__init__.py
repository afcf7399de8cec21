"""Stock keeping: where transfers stand, blind sheets to count by, counts as they were judged, corrections to be approved.

Never here: what the book has, on anything a counter is shown.
"""
