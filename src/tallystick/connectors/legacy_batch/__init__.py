"""A legacy ERP that speaks by nightly batches: fixed-width and CSV files, described by data rather than by code.

What lives here: layouts, reading and writing files by them, and saying what their records mean.
Never here: a layout of one retailer's in code, or half a file.
"""
