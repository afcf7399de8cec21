"""Master data decided: what counts where systems differ, what may be one thing under two codes, what a channel is told.

Never here: who asks, and when; the moment is passed in.
"""
