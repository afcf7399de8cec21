"""Two record sets laid beside each other, and what does not fit. Pure.

Never here: fetching either side, and mending anything.
"""
