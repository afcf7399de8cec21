"""Purchases as the book has them: what is open of them, and the proof that GR/IR and disputes are theirs."""
