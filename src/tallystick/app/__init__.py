"""The roof: the only place where rooms are wired together, and the command line over them.

Never here: business rules, SQL.
"""
