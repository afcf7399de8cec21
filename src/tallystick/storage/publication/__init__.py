"""What channels are told of products: the newest word of each, and which they are known to have taken.

Never here: calls to a channel, or what a product must have to be told.
"""
