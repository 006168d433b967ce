"""What we claim about speed, one command each: ``python -m bench NAME``."""
