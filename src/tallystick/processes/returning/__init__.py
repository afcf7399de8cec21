"""Return-to-refund under a policy: allowed, labelled, received, inspected, refunded or rejected; as tables.

Never here: a return without a policy (orders/goods_return), money itself (payments/).
"""
