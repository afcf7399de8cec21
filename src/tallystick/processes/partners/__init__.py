"""The processes of partners beside the trade: screening, parcels, cases.

Never here: what an order does with what they say.
"""
