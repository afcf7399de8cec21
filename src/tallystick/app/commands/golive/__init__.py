"""`tally golive`: the takeover, the parallel run, the switch.

Never here: what is done; that is app/golive.
"""
