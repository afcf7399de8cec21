"""Who acts on the command line, and that it is written down; manual entries read from files.

Never here: SQL, the rules of access themselves.
"""
