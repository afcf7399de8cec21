"""Statements as CSV files: stock counts, provider and bank statements, till journals, trial balances of other ledgers.

Never here: what a statement is compared with (reconciliation/).
"""
