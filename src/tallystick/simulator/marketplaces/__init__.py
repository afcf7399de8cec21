"""A small world of a marketplace: buyers pay it, it takes, pays back, keeps and settles; and what must hold whatever the weather.

Never here: shops of our own (the world beside), and Amazon's words (connectors/).
"""
