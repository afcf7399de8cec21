"""A partner who speaks our own words in files: commands go there as JSON, reports come as CloudEvents.

Never here: where files lie and how they are taken (kit/files/).
"""
