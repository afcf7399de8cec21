"""A failing history made small: its chance on a tape, cut down while the same promise is still broken, and told in words.

Never here: what happens in the world (the partners), what is promised (the invariants).
"""
