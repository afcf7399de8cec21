"""X12 (ASC X12, releases 004010 to 005010) with a third-party warehouse and suppliers, as files in a folder.

What lives here: reading and writing interchanges, answering groups by 997, and saying what a set means.
Never here: AS2 or any line it travels on, or a process that nobody has yet.
"""
