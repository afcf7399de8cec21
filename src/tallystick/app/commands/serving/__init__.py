"""Commands of the front door: serve it, list what it offers, and who is told what happened.

Never here: what they do; that is in app/serving/.
"""
