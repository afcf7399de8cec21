"""Drift: what a connector uses of its partner's messages, compared with the schema the partner publishes today.

Never here: any one connector's fields, fetching a schema, or deciding what to do about a difference.
"""
