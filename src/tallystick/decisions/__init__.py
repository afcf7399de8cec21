"""Every choice the house makes, as pure functions: what can be promised, what a unit costs, what a return belongs to.

Never here: accounts (posting/ chooses them), states (processes/ holds them).
"""
