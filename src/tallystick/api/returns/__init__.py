"""Returns over HTTP: asked for, labelled, received, inspected, refurbished, cancelled, and where each stands.

Never here: what is allowed (decisions/returning), who may approve a refund (proposals).
"""
