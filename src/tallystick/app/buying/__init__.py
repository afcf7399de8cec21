"""What the buyers' commands share: lines as they are typed, purchases as they are read.

Never here: options and printing (commands/buying), what a report leads to (processes/buying).
"""
