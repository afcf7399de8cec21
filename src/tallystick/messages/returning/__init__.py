"""Returns under a policy: what is allowed, what comes, what becomes of it, and what the customer gets.

The subject is the order. Never here: returns without a policy (messages/returns), which are refunded as they are booked.
"""
