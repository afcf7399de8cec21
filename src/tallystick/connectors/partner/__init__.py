"""Partners beside the trade over one plain web API that we publish: carriers, help desks, services that judge orders.

Never here: what their words do to an order.
"""
