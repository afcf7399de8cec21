"""The worker: a process that runs for weeks, in shifts that can fail.

Never here: what a message means (processes/), or SQL (storage/).
"""
