"""The invoice lines of an online shop, as whole files of the shape of the UCI data set "Online Retail".

What lives here: reading CSV and Parquet, cutting a file into one delivery per invoice, and saying what its lines mean.
Never here: the book, the database, or a guess that the manifest does not declare.
"""
