"""What the stock room's commands share: lines as they are typed, processes as they are read, who counts.

Never here: options and printing (commands/stocking), what a report leads to (processes/stocking).
"""
