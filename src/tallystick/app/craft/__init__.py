"""Connectors in the making: a new one from the specimen, the contract laid on one, its fields compared with a schema.

Never here: connectors at work (connections), or what a promise of the contract is (kit/contract/).
"""
