"""Going live: the takeover, orders that come with it, channels beside an old system, and the days that were compared.

Never here: reading an old system's files (app/), finding what differs (reconciliation/).
"""
