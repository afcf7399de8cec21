"""Notices to customers, wired: which are made, by whom they leave, and what is shown of them.

Never here: how a letter is written or sent (publishing/notices/), or SQL (storage/notices/).
"""
