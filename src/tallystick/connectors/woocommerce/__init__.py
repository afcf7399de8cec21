"""WooCommerce, a web shop in WordPress: orders, payments and refunds come from it; stock, statuses and refunds go to it.

Never here: whether an order can be kept (decisions/), and plugins of WordPress (they are GPL; we speak its API).
"""
