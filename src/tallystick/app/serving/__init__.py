"""The API, wired and served: a door over an open house, and the HTTP server that runs it in each of its processes.

Never here: what a call means.
"""
