"""A folder that commands are dropped into, for a partner who takes files.

Never here: what a command means, or when it is sent.
"""
