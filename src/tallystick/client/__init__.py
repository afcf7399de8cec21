"""A typed client of the API for Python programs: the types are the server's own, repetition is safe and automatic.

Never here: anything a caller in another language could not do over HTTP.
"""
