"""A view of ours that runs inside somebody's shop, in its Python. Nothing of the house imports it."""
