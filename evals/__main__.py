"""`make eval`: every golden set in turn. The exit code says whether all bars were met."""

import sys

from evals import redflags_eval, triage_eval


def main() -> int:
    print("# Red flags")
    red_flags = redflags_eval.main([])
    print("\n# Urgency")
    urgency = triage_eval.main([])
    return max(red_flags, urgency)


if __name__ == "__main__":
    sys.exit(main())
