"""Reading returns: which are open, and the proof of what they hold and claim."""
