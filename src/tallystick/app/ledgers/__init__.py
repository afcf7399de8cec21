"""The book told to another ledger: its policy, drawing journals, pushing them, comparing both, pulling masters.

Never here: what a journal holds (decisions/) and how a system is spoken to (connectors/).
"""
