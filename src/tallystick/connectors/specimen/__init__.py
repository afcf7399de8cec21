"""Specimen: a small made-up web shop over HTTP, with the twin that plays it. `tally connector new` copies this folder.

Never here: anything registered. It shows each part a connector has, and keeps every promise of the contract.
"""
