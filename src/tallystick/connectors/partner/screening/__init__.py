"""A service that judges orders at the partner API.

Never here: how the API is spoken (one floor up).
"""
