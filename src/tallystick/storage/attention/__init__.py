"""What a person should look at: dead letters, breaks, how the house is, and what a database's failure means.

Never here: deciding what becomes of them; a mended message goes in at the front door.
"""
