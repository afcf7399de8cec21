"""Any number followed back: to its rules and days, to the events and messages it came from, to the whole story.

Never here: a judgement. An explanation shows rows, the proofs say whether they are right.
"""
