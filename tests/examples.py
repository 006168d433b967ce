"""How many examples a property test runs, and how often processes are killed."""

import os


def examples(usual: int) -> int:
    """Return ``usual``, or the count that ``make fuzz`` asks for.

    A test that sets its own number says ``@settings(max_examples=examples(300))``, so that a
    longer campaign reaches it.
    """
    wanted = os.environ.get("FLOWLIKE_FUZZ_EXAMPLES", "")
    return max(usual, int(wanted)) if wanted else usual


def attacks(usual: int = 2) -> int:
    """Return how often a test marked ``attack`` kills: ``usual``, or what ``make attack`` wants."""
    wanted = os.environ.get("FLOWLIKE_ATTACKS", "")
    return max(usual, int(wanted)) if wanted else usual
