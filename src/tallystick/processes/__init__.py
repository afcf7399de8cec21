"""The process tables, one file each, and the pure fold that runs messages through them.

Never here: I/O, clocks, SQL.
"""
