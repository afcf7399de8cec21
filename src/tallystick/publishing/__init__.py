"""Ways to tell subscribers what happened: signed webhooks over HTTP, streams of NATS JetStream.

Never here: what is told, to whom, or when it is tried again (engine/telling.py).
"""
