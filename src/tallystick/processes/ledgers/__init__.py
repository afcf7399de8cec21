"""What other ledgers are told of our book.

Never here: what to tell them (decisions/) and how (connectors/).
"""
