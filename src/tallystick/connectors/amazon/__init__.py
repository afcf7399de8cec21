"""Amazon, a marketplace: orders, what it takes, pays back and settles come from it; stock, parcels and refusals go to it.

Never here: what Amazon stores and sends itself (FBA), listings beside their stock, and anything of a buyer as a person.
"""
