"""The commands, one file a group: each says what to do and hands it to the rooms below.

Never here: business rules, SQL.
"""
