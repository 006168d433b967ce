"""How many examples a property test runs."""

import os


def examples(usual: int) -> int:
    """Return ``usual``, or the count that ``make fuzz`` asks for.

    A test that sets its own number says ``@settings(max_examples=examples(300))``, so that a
    longer campaign reaches it.
    """
    wanted = os.environ.get("FLOWLIKE_FUZZ_EXAMPLES", "")
    return max(usual, int(wanted)) if wanted else usual
