"""The estate: a web shop, two marketplaces, three shops, a warehouse, a provider, a bank, an ERP; what goes wrong, and what is found.

Every fault put in is written down with what must come of it: absorbed, or shown as a break of a kind on a subject.
Never here: knowledge that reconciliation could peek at. It sees the book and the statements, as in life.
"""
