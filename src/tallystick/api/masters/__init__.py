"""Products and locations the book has names for, and the catalogue of what this API offers to whom."""
