"""Hostile twins: a partner's system in memory, over HTTP on loopback, wrapped in everything that goes wrong on the way.

Never here: any one partner; each connector's own twin lives beside it.
"""
