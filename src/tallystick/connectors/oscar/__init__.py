"""django-oscar with django-oscar-api, a web shop that is polled: orders come from it; stock and statuses go to it.

Never here: whether an order can be kept (decisions/). The view in plugin/ is ours; it runs inside the shop, whose API
does not change orders.
"""
