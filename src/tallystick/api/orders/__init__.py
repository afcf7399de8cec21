"""Orders: placed and reserved or refused, looked at, cancelled.

Never here: whether stock suffices (decisions/) or what a cancellation leads to (processes/).
"""
