"""Hypothesis profiles: stable runs for people and CI, many examples for ``make fuzz``."""

import os

from hypothesis import HealthCheck, settings

_FUZZ_EXAMPLES = os.environ.get("FLOWLIKE_FUZZ_EXAMPLES", "")

settings.register_profile(
    "steady",
    deadline=None,  # machines differ; speed is shown by `make bench`
    derandomize=True,  # equal sources, equal examples: a red run is a change, not luck
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=int(_FUZZ_EXAMPLES or 5000),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("fuzz" if _FUZZ_EXAMPLES else "steady")
