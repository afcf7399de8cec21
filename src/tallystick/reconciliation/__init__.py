"""Two record sets, a matching rule, the breaks: what partners say of stock and money, laid beside the book.

Pure: records in, differences out. Never here: a change to the book. What should change goes in at the front door.
"""
