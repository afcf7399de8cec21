"""Connections at work: their doors opened, each in a lane of its own; pulled, pushed to, listened to, looked after.

Never here: what a partner's words mean (connectors/), or SQL (storage/connections/).
"""
