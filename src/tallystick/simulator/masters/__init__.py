"""A small world of master data: systems that contradict each other, and a steward.

Never here: goods and money; nothing of it moves any.
"""
