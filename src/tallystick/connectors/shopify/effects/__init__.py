"""What the book tells the shop: orders and stock, each looked for before it is made.

Never here: how the shop is spoken to (client.py), and what it tells us (translate.py).
"""
