"""Commands that change an order on its way, and what products cost.

Never here: what a change leads to; that is the processes' to say.
"""
