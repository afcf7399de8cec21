"""Messages of bookkeeping: manual entries, and what other ledgers are told and asked.

Never here: messages of trade.
"""
