"""What doors are made of: calls with a deadline, a budget and a breaker; signatures of webhooks; cells of files.

Nothing here knows any one system, what a message means, or the book.
"""
