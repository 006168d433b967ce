"""Which module holds a built-in node. Made by ``python -m tools.builtin_index --write``."""

FAMILIES: dict[str, tuple[str, ...]] = {
}
