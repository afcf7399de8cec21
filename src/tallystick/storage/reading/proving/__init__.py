"""The proofs of a book, one question a file: do its parts agree, and if not, which row is wrong?

Never here: a repair. What a proof finds goes to a person.
"""
