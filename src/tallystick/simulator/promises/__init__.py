"""Who plays with promises: the planner, who sets rules, fences and announcements, and shoppers, who reserve and dither.

Never here: orders without a reservation (customers).
"""
