"""Reports for integrators: CloudEvents in, kept before they are understood, worked off by `tally worker`.

Never here: an answer about what a report will lead to; that is told by trace and webhooks.
"""
