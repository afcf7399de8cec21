"""The formats a file of the feed may come in, each read as rows of text with the header first.

Never here: what a cell means.
"""
