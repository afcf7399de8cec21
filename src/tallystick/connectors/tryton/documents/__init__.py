"""Tryton's customer documents: a sale, its invoice or credit note, written for each event of a channel that wants them.

Never here: which events those are (processes/ledgers), and summarised journals (the room above).
"""
