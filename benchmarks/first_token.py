"""How soon does an answer begin? A cold command line, then a running server with the model loaded, nothing cached.

`python -m benchmarks.first_token`: makes the demo school in a temporary folder. Quote medians: machines are shared.
"""

import argparse
import os
import statistics

from benchmarks.results import write_results
from benchmarks.schools import QUESTIONS, demo_school, nexus, serving


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    load = os.getloadavg()[0]
    with demo_school() as home:
        cold = nexus(home, "ask", "informatika_10", QUESTIONS[0])["timings_ms"]
        with serving(home):
            warm = [nexus(home, "ask", "informatika_10", question) for question in QUESTIONS]
    answered = [result["timings_ms"] for result in warm if not result["refused"]]
    first = [times["first_token"] for times in answered]
    results = {
        "cold_command_line_ms": cold,
        "questions": len(warm),
        "refused": len(warm) - len(answered),
        "first_token_ms": {"median": statistics.median(first), "min": min(first), "max": max(first)},
        "retrieval_ms": {"median": statistics.median([times["retrieval"] for times in answered])},
        "total_ms": {"median": statistics.median([times["total"] for times in answered])},
    }
    write_results("first_token", results, load)


if __name__ == "__main__":
    main()
