"""Keys and what is done with them: sealing raw bodies, keeping people apart from their messages.

Never here: who may do what (a door decides that), SQL.
"""
