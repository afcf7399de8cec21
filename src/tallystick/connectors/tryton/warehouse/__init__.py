"""Tryton as a warehouse: it is asked to ship, and says what left, arrived, came back and was counted.

The warehouse's people work in Tryton; nothing here picks or packs for them. Accounts and journals are the room above.
"""
