"""The message types of sourcing by their role, for the catalogue."""

from typing import Final

from tallystick.messages.sourcing import decided, policy

BY_ROLE: Final = {
    "report": (policy.SourcingPolicyDeclared, decided.SourcingRequested, decided.CollectionReady),
    "fact": (policy.SourcingPolicySet, decided.OrderSourced),
}
