"""How hard Hypothesis looks for a counter-example: `HYPOTHESIS_PROFILE` chooses.

The profiles are those of the kit: `dev`, the default, other examples at each run; `ci`, the
default where the environment says `CI=true`, the same at each run; `thorough`, for an evening.

No profile has a deadline: a slow machine does not make a property false.
"""

import os

from rapid_review.testing import plugin

plugin.load(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)
