"""What partners beside the trade say and are asked: who judges orders, who carries parcels, who answers customers.

Never here: what is decided of it, or anything of a person but the vault's reference.
"""
