"""Access as rows: users, roles, keys, proposals with their verdicts, and the audit log.

The rules that nobody may get round stand in the database itself (schema/0003_access.sql). Never here: the book.
"""
