"""What systems say (reports), what the book holds true (facts), what we ask of systems (commands).

One file per trade area; the envelope, the catalogue of types, their owners and versions.
Never here: behaviour. A message is data.
"""
