"""Master data at the desk: documents and enrichment read from files, words of systems taken in, conflicts settled.

Never here: whose word counts, or what a product needs to be published.
"""
