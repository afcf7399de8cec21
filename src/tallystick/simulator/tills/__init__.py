"""Who stands at a counter: the till and the stockroom of plain sales, and the desk of a shop that is cashed up.

Never here: orders and reservations (customers, promises).
"""
