"""Going live: what was taken over, which channels run beside an old system, and how days fitted.

Never here: taking over and switching, which people do at the command line.
"""
