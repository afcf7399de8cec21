"""Square in memory, and the bench on which the door is tried.

Never here: anything a shop of a retailer needs.
"""
