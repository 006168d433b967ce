"""The nodes that come with the product, one module a family."""
