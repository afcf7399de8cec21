"""Tills that write ARTS POSLog (NRF-ARTS IXRetail POSLog 2.1 to 6.0): one XML file of transactions, in a folder.

What lives here: reading such a file without entities and DTDs, and saying what a transaction means.
Never here: the book, the database, or a guess that the manifest does not declare.
"""
