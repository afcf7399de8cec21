"""The schema of a book, as numbered SQL files that are only ever added to.

Never here: a way back. A mistake is answered by the next file.
"""
