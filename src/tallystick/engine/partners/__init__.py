"""Partners, each for itself: a lane its calls run in, and the pulling of what happened there.

Never here: which partners there are (app/connections/), or what they say (connectors/).
"""
