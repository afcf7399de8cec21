"""Choices of stock keeping: reasons of corrections, judging a count, which products are due to be counted.

Never here: what follows of them in a process (processes/stocking).
"""
