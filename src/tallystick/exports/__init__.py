"""The book for others: plain-text ledgers, tables for BI.

Never here: anything that writes to the book.
"""
