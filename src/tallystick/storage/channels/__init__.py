"""Stock feeds: what each channel should show, what it was told, and what it is known to show.

Never here: calls to a channel, or the rules of what may be promised.
"""
