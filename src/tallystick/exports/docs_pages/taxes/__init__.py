"""The page of tax: who owes which tax where, and every rate with its law.

Never here: what tax is owed (decisions/tax).
"""
