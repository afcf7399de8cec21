"""Sourcing: how far, who may, who wins. Pure; the policy comes in, a choice and its reasons come out.

Never here: what the order does with it (processes/sourcing/).
"""
