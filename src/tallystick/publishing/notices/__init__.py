"""Letters to customers: written from templates, sent by mail or handed over by a webhook.

Never here: what is told, to whom, or when it is tried again (decisions/notices.py, engine/delivery.py).
"""
