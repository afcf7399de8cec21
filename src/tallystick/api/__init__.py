"""The governed synchronous API: capabilities under /v1, for callers whose customer waits.

A capability is data (contract.py) and thin handlers in a room of its own: HTTP in, canonical messages out, the gate's answer
back. Governance is in one place (door.py, governance/), the written contracts in spec/.
Never here: a decision about stock or money, SQL, or a capability that answers without having done what it says.
"""
