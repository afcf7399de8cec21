"""Benches: how fast, against a baseline taken in the same run.

Never here: tests. A bench prints ratios and fails nobody.
"""
