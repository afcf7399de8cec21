"""A small retail world in memory: partners, weather, crashes, and the proofs that nothing got lost in them.

It drives the same pure core as the gate does, by a virtual clock and one seeded source of chance.
Never here: anything the house needs to run. The house never imports it.
"""
