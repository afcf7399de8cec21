"""The commands of access: users, keys, approvals, manual entries, the audit log.

Never here: business rules, SQL.
"""
