"""What the commands of returns share: policies as they are written, lines as they are typed, returns as they are read.

Never here: options and printing (commands/returning), what a report leads to (processes/returning).
"""
