"""Channels over HTTP: what each shows of stock, was told and took, and how far behind it is.

Never here: what may be promised (availability), or telling a channel anything.
"""
