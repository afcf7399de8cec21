"""Tax: quotes for a document, and what goes back with goods.

Never here: what tax is owed (behind the port of a tax engine).
"""
