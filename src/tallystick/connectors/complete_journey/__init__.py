"""The tills of a grocer's shops, as whole files of the shape of `transactions` in the data set "Complete Journey".

What lives here: reading Parquet and CSV, cutting a file into one journal per shop and day, and saying what it means.
Never here: the book, the database, or a guess that the manifest does not declare.
"""
