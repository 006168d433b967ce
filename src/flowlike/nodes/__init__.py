"""What a node is: the declaration, capabilities and the catalog."""
