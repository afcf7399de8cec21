"""SQL that reads a book: balances, control totals, explanations, traces, proofs and rows for exports.

Never here: a statement that writes, or a rule of the trade (those are called, from the floors below).
"""
