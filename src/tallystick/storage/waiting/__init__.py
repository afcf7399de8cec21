"""Orders that wait: for goods, or for their rank among others; and what shops sold beyond stock.

Never here: who is served first (decisions/promises/turns.py), or what becomes of an oversold order (processes/orders/).
"""
