"""`tally tax …`: quotes, refunds and rates.

Never here: what tax is owed (decisions/tax), or how files are read (app/taxing).
"""
