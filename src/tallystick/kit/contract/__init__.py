"""The contract every connector keeps, as checks that run against its hostile twin: in our tests and in `tally connector check`.

Never here: any one connector; each brings a bench that says how to try it.
"""
