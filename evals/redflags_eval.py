"""Measure the red-flag engine on the utterance sets.

Run: python -m evals.redflags_eval [dev|heldout ...]

A positive is caught when the decided level reaches the expected one. A trap is a false emergency when the
decision is an emergency. Intervals are Wilson's at 95 %. For the held-out set only aggregates are printed.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.intervals import wilson
from osler.triage.redflags import LEVELS, decide, engine_version, warm_up

HERE = Path(__file__).parent / "redflags"
RECALL_BAR = 1.0
FALSE_EMERGENCY_BAR = 0.10
P95_BAR_MS = 5.0


@dataclass(slots=True)
class Tally:
    hits: int = 0
    total: int = 0

    def add(self, hit: bool) -> None:
        self.hits += hit
        self.total += 1

    def __str__(self) -> str:
        if not self.total:
            return "n=0"
        low, high = wilson(self.hits, self.total)
        return f"{self.hits}/{self.total} = {self.hits / self.total:.1%} [{low:.1%}, {high:.1%}]"


@dataclass(slots=True)
class Report:
    """Counts by group; a group is a flag, a trap class, a language or a register."""

    caught: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    exact: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    false_emergency: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    trap_level: Tally = field(default_factory=Tally)
    times_ms: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)


def measure(rows: Iterable[dict[str, Any]]) -> Report:
    report = Report()
    for row in rows:
        decision = decide(row["text"], age=row.get("age"), sex=row.get("sex"), context=row.get("context") or ())
        report.times_ms.append(decision.ms)
        reached = LEVELS.index(decision.level) >= LEVELS.index(row["level"])
        if row.get("trap"):
            emergency = decision.level == "emergency"
            for group in ("all", f"trap {row['trap']}", f"lang {row['lang']}"):
                report.false_emergency[group].add(emergency)
            report.trap_level.add(decision.level == row["level"])
            if emergency:
                report.misses.append(f"{row['id']} false emergency {row['trap']}")
            continue
        groups = ("all", row["flag"] or "no flag", f"lang {row['lang']}", f"register {row.get('register', '?')}")
        for group in groups:
            if row["level"] == "emergency":
                report.caught[group].add(reached)
            if row["flag"]:
                report.exact[group].add(row["flag"] in {flag.id for flag in decision.flags})
        if row["level"] != "emergency":
            report.caught["urgent or ask"].add(reached)
        if not reached:
            report.misses.append(f"{row['id']} {row['flag']} expected {row['level']}, decided {decision.level}")
    return report


def show(name: str, report: Report, *, rows: bool) -> bool:
    """Print one set's figures; return whether it meets the bar."""
    print(f"\n## {name}: {len(report.times_ms)} utterances")
    print("\nlevel reached / exact flag named")
    for group in sorted(set(report.caught) | set(report.exact)):
        print(f"  {group:22} {report.caught[group]!s:40} | {report.exact[group]}")
    print("\nfalse emergencies over traps")
    for group in sorted(report.false_emergency):
        print(f"  {group:22} {report.false_emergency[group]}")
    print(f"  level exactly right    {report.trap_level}")
    times = sorted(report.times_ms)
    p95 = times[int(len(times) * 0.95)]
    print(f"\nms: p50 {times[len(times) // 2]:.2f}, p95 {p95:.2f}, max {times[-1]:.2f}")
    if rows and report.misses:
        print("\nrows to look at")
        print("\n".join(f"  {line}" for line in report.misses))
    caught, wrong = report.caught["all"], report.false_emergency["all"]
    recall = caught.hits / caught.total if caught.total else 1.0
    rate = wrong.hits / wrong.total if wrong.total else 0.0
    return recall >= RECALL_BAR and rate <= FALSE_EMERGENCY_BAR and p95 < P95_BAR_MS


def main(names: list[str]) -> int:
    warm_up()
    print(f"red flags, rules {engine_version()}")
    good = True
    for name in names or ["dev", "heldout"]:
        path = HERE / f"{name}.jsonl"
        if not path.exists():
            print(f"{path.name} is missing")
            continue
        with path.open(encoding="utf-8") as lines:
            data = [json.loads(line) for line in lines if line.strip()]
        good = show(name, measure(data), rows=name != "heldout") and good
    print("\nbar met" if good else "\nbar NOT met")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
