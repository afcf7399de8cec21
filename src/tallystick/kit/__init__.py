"""What doors to foreign systems are made of: calls with a deadline, a budget and a breaker; signatures of webhooks.

Nothing here knows any one system, what a message means, or the book.
"""
