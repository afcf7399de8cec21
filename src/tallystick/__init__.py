"""Tallystick: one book of every unit and every cent, between a retailer's systems."""
