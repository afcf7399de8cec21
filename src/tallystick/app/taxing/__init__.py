"""The built-in tax engine, wired: its table of rates as a file, a retailer's laid over it, and the question as a file.

Never here: what tax is owed (decisions/tax).
"""
