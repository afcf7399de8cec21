"""Commands for connections to foreign systems, and for who is who there.

Never here: what a door does.
"""
