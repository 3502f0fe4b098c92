"""How hard Hypothesis looks for a counter-example: `HYPOTHESIS_PROFILE` chooses.

- `dev`, the default: quick, and different examples at each run.
- `ci`, the default where the environment says `CI=true`: the same examples at each run.
- `thorough`: for an evening; `HYPOTHESIS_PROFILE=thorough make test`.

No profile has a deadline: a slow machine does not make a property false.
"""

import os

from hypothesis import settings

settings.register_profile("dev", max_examples=30, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=5_000, deadline=None, print_blob=True)

settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)
