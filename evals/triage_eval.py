"""Urgency on written cases: agreement, under- and over-triage, with Wilson intervals. `python -m evals.triage_eval`."""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from evals.intervals import wilson
from osler.triage.assessment import Assessment, assess
from osler.triage.interview_turns import Turn
from osler.triage.par import Urgency

CASES = Path(__file__).parent / "triage"
# Published bar: no emergency missed, advice at or above gold in 97 %, at most 20 % false emergencies.
BAR_AT_OR_ABOVE = 0.97
BAR_FALSE_EMERGENCIES = 0.20


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    lang: str
    gold: Urgency
    kind: str
    text: str
    age: float | None
    sex: str | None


@dataclass(frozen=True, slots=True)
class Result:
    case: Case
    got: Assessment


def load(path: Path) -> list[Case]:
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        cases.append(
            Case(raw["id"], raw["lang"], Urgency(raw["gold"]), raw["kind"], raw["text"], raw.get("age"), raw.get("sex"))
        )
    return cases


def judge(case: Case) -> Result:
    got = assess([Turn(None, 0, "patient", case.text)], lang=case.lang, age=case.age, sex=case.sex)
    return Result(case, got)


def line(name: str, hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    share = f"{100 * hits / n:5.1f} %" if n else "    -  "
    return f"{name:<44} {share}  [{100 * low:4.1f}, {100 * high:5.1f}]  {hits}/{n}"


def report(results: list[Result], *, verbose: bool) -> bool:
    emergencies = [r for r in results if r.case.gold is Urgency.EMERGENCY]
    others = [r for r in results if r.case.gold is not Urgency.EMERGENCY]
    caught = sum(r.got.is_emergency for r in emergencies)
    above = sum(r.got.urgency.rank >= r.case.gold.rank for r in results)
    false = sum(r.got.is_emergency for r in others)
    print(line("emergencies caught", caught, len(emergencies)))
    print(line("advice at or above gold", above, len(results)))
    print(line("false emergencies among the others", false, len(others)))
    print(line("exact agreement", sum(r.got.urgency is r.case.gold for r in results), len(results)))
    for name in sorted({r.case.lang for r in results} | {r.case.kind for r in results}):
        part = [r for r in results if name in {r.case.lang, r.case.kind}]
        print(line(f"  at or above gold, {name}", sum(r.got.urgency.rank >= r.case.gold.rank for r in part), len(part)))
    table = Counter((r.case.gold, r.got.urgency) for r in results)
    print("\n" + " " * 12 + "".join(f"{level:>11}" for level in reversed(Urgency)) + "   (columns: given, rows: gold)")
    for gold in Urgency:
        print(f"{gold:<12}" + "".join(f"{table[(gold, given)]:>11}" for given in reversed(Urgency)))
    if verbose:
        for r in results:
            if r.got.urgency is not r.case.gold:
                mark = "UNDER" if r.got.urgency.rank < r.case.gold.rank else "over"
                if r.got.is_emergency:
                    mark = "FALSE"
                reasons = ",".join(reason.id for reason in r.got.reasons)
                print(f"{mark} {r.case.id} {r.case.gold}->{r.got.urgency} [{reasons}] {r.case.text[:170]}")
    share_above = above / len(results)
    share_false = false / len(others) if others else 0.0
    return caught == len(emergencies) and share_above >= BAR_AT_OR_ABOVE and share_false <= BAR_FALSE_EMERGENCIES


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cases", type=Path, default=None, help="one JSON Lines file; all files of evals/triage if absent"
    )
    parser.add_argument("--verbose", action="store_true", help="list every disagreement")
    arguments = parser.parse_args(argv)
    paths = [arguments.cases] if arguments.cases else sorted(CASES.glob("*.jsonl"))
    is_good = True
    for path in paths:
        results = [judge(case) for case in load(path)]
        print(f"\n{path.name}: n = {len(results)}")
        is_good = report(results, verbose=arguments.verbose) and is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
