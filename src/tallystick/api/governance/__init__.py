"""What every call goes through: route, validation, quota, idempotency, telemetry.

Never here: what a call means.
"""
