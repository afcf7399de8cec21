"""Partners beside the trade over HTTP: held orders, labels and parcels, cases of customer service.

Never here: anything of a person in an answer.
"""
