"""Kits on the command line.

Never here: how a kit is taken apart (decisions/kits.py).
"""
