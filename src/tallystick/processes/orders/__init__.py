"""Order-to-cash and return-to-refund on the side of the goods: the order, its fulfilment, its returns.

Never here: money under way (payments/).
"""
