"""Keys and what is done with them, and who may do what: sealing, API keys, tokens, roles and their matrix.

Never here: SQL, HTTP, a decision of the business.
"""
