"""Money under way: the payment and the refund.

Never here: goods (orders/).
"""
