"""The contracts written out: OpenAPI 3.1 and AsyncAPI 3 from the types, and what between two versions would break a client."""
