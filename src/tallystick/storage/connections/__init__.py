"""Connections to foreign systems: what is configured, how far each was pulled, how each is, and who is who.

Never here: a call to a partner (engine/lanes.py), or what a message means (connectors/).
"""
