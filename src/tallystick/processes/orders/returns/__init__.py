"""What comes back to an order: goods without a policy or under one, and losses. Never how goods are sorted: see `processes/returning`."""
