"""A made-up lamp shop and its three days, for `tally demo`.

Never here: anything the house needs to run.
"""
