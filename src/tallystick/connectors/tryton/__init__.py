"""Tryton, the ERP: system of record for the chart of accounts, products and suppliers; takes summarised journals.

Never here: what goes into a journal (decisions/), and code of Tryton's own (it is GPL; we speak its protocol).
"""
