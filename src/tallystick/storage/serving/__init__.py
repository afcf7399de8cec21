"""What the API reads beside the street, many keys in one question, and the quotas its workers share.

Never here: what is written; that goes through the gate.
"""
