"""An old system beside the book: its opening tied out before it is taken over, and its exports compared day by day.

Never here: reading its files (app/), where channels stand (processes/golive).
"""
