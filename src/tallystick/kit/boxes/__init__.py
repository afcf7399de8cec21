"""Partners who exchange files in a folder: whole files in and out, each sent once under its number, and named lists.

Never here: any one format, or what a file means.
"""
