"""Sockets: protocols and error kinds that doors and machinery agree on.

Never here: behaviour.
"""
