"""The migrations, in the order of their numbers. `python -m tools.migration` writes them."""
