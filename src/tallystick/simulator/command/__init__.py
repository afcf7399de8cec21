"""`tally simulate`: the simulator on the command line. `__main__` joins it to the commands of the roof.

Never here: histories, shrinking, engines; and the roof never looks up here.
"""
