"""Stock keeping as processes: the transfer, the count, the correction, the move between states.

Never here: reading options or storing anything.
"""
