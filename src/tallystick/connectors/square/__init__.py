"""Square, tills of shops: sales and returns that have happened, and counts of stock, come from it; stock goes to it.

Never here: payouts of what tills took, and who stands at a till.
"""
