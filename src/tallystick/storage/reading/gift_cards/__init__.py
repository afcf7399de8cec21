"""Gift cards, read: the proof of them."""
