"""Marketplaces: orders whose buyer has paid the marketplace already, and what it takes, keeps, withholds and pays out.

Never here: orders of our own shops, and which tax is owed (decisions/tax).
"""
