"""What has happened already and cannot be refused: finished sales, credits, counts, receipts, bad debts.

Never here: promises (orders/).
"""
