"""`tally screen …`, `tally parcel …`, `tally case …`: partners beside the trade.

Never here: anything but reading options, asking the house and writing what it says.
"""
