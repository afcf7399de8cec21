"""The reference page of sources that are files: what of each is translated and what is not.

Never here: the lists themselves, which stand with their connectors.
"""
