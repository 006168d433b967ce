"""Apps that are not there, said the same way wherever it turns out."""

from flowlike.errors import NotFound

NO_APP = "app.not-found"


def no_app(app: str) -> NotFound:
    """There is no such app, as far as who asks may know."""
    return NotFound(NO_APP, f"There is no app {app[:80]}.", remedy="It may have been deleted.")
