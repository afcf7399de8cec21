"""What reconciliation needs of a book: the statements that were kept, the book's side of them, and what differed last.

Never here: the comparison itself (reconciliation/).
"""
