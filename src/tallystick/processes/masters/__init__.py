"""What things and firms are, as their system of record last said.

Never here: what moves; a master moves nothing.
"""
