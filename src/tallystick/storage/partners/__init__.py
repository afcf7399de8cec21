"""What is kept and read for partners beside the trade: what the judge has seen, who is held, which cases there are.

Never here: what is decided of it.
"""
