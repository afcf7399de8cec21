"""Commands about other ledgers: journals drawn, pushed and looked at, masters pulled, both books compared.

Never here: what they do (ledgers/ and below).
"""
