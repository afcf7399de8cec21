"""What may be promised and what was, read only: stock rows with what is arranged about them, now and at a past moment.

Never here: the rules of the answer (decisions/availability), or anything that promises.
"""
