"""Amazon in memory, and the bench on which the door is tried.

Never here: anything a seller needs.
"""
