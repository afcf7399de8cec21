"""What the commands about promises share: the file of rules, and how things stood at a past moment.

Never here: what may be promised (decisions/), or how it is read (storage/reading/promising).
"""
