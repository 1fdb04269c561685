"""`make bench`: prints one JSON object a line, then a table. Figures are of this machine and this run only."""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.house import House, message, open_house, resident_mb
from benchmarks.live import latency_to_queue, memory_per_socket
from benchmarks.load import Connection, Measured, hammer
from osler.triage import redflags

Figures = dict[str, Any]
LINES = (
    "Bonjour, depuis hier je suis essoufflée quand je monte les escaliers.",
    "Non, pas de fièvre, et pas de douleur dans la poitrine.",
    "I have had a mild headache since Monday, paracetamol helps.",
    "Je prends du bisoprolol 5 mg le matin.",
)


async def messages_against_bare(house: House, *, seconds: float, rounds: int) -> Figures:
    """Message POST and the bare route in turns on the same database; the ratio is the median over the rounds."""
    width = 64
    visits = [await house.visit() for _ in range(width)]
    bare = [Connection("127.0.0.1", house.bare_port) for _ in range(width)]

    def post(number: int, count: int) -> tuple[str, str, object]:
        return "POST", f"/api/conversations/{visits[number][1]}/messages", message(LINES[count % len(LINES)])

    def note(_number: int, count: int) -> tuple[str, str, object]:
        return "POST", "/notes", message(LINES[count % len(LINES)])

    ratios, ours, theirs = [], [], []
    for _ in range(rounds):
        reference = await hammer(bare, note, seconds=seconds)
        measured = await hammer([visit[0] for visit in visits], post, seconds=seconds)
        ratios.append(measured.per_second / reference.per_second)
        ours.append(measured)
        theirs.append(reference)
    return {
        "what": "message POST / bare INSERT route",
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "bar": ">= 0.35",
        "per_second": round(statistics.median(m.per_second for m in ours)),
        "bare_per_second": round(statistics.median(m.per_second for m in theirs)),
        "p95_ms": round(1000 * statistics.median(m.quantile(0.95) for m in ours), 1),
        "refused": _refused(ours),
    }


def _refused(runs: list[Measured]) -> dict[int, int]:
    return {status: sum(run.refused.get(status, 0) for run in runs) for run in runs for status in run.refused}


async def pages_against_bare(house: House, *, seconds: float) -> list[Figures]:
    """The nurse's queue page and the login, each beside the bare route."""
    bare = [Connection("127.0.0.1", house.bare_port) for _ in range(16)]
    reference = await hammer(bare, lambda _n, _c: ("POST", "/notes", message("x")), seconds=seconds)
    nurse = await house.sign_in()
    nurses = [Connection("127.0.0.1", house.port) for _ in range(16)]
    for connection in nurses:
        connection.cookie, connection.csrf = nurse.cookie, nurse.csrf
    queue = await hammer(nurses, lambda _n, _c: ("GET", "/api/triage/queue?drafts=true", None), seconds=seconds)
    login = {"email": "nobody@bench.example", "password": "wrong-but-hashed-all-the-same"}
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        await Connection("127.0.0.1", house.port).request(
            "POST", "/api/login", login | {"email": f"n{count}@b.example"}
        )
        count += 1
    logins = count / (time.perf_counter() - started)
    return [
        {
            "what": "queue page / bare INSERT route",
            "ratio": round(queue.per_second / reference.per_second, 3),
            "per_second": round(queue.per_second),
            "p95_ms": round(1000 * queue.quantile(0.95), 1),
            "refused": _refused([queue]),
        },
        {
            "what": "login / bare INSERT route (one at a time; Argon2id is meant to be slow)",
            "ratio": round(logins / reference.per_second, 4),
            "per_second": round(logins, 1),
        },
    ]


def red_flag_decisions(*, seconds: float) -> Figures:
    """Decisions per second on one core, on everyday messages and on one of 500 characters; texts never repeat."""
    redflags.warm_up()
    long_text = " ".join(LINES * 3)[:480]
    figures: Figures = {"what": "red-flag decisions"}
    for name, texts in (("short", LINES), ("of_500_characters", (long_text,))):
        times: list[float] = []
        deadline = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < deadline:
            redflags.decide(f"{texts[len(times) % len(texts)]} ({len(times)})")
            times.append(time.perf_counter() - begun)
        ordered = sorted(times)
        figures |= {
            f"{name}_per_second": round(len(times) / seconds),
            f"{name}_p50_ms": round(1000 * ordered[len(ordered) // 2], 2),
            f"{name}_p99_ms": round(1000 * ordered[int(len(ordered) * 0.99)], 2),
        }
    return figures | {"bar": "< 5 ms for 500 characters"}


def import_seconds() -> Figures:
    """How long `import osler.app` takes in a fresh interpreter; the median of five."""
    code = "import time; t = time.perf_counter(); import osler.app; print(time.perf_counter() - t)"
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(5)
    ]
    return {"what": "import osler.app", "seconds": round(statistics.median(times), 2), "bar": "< 1.5 s"}


def memory(house: House, when: str) -> Figures:
    api, worker = resident_mb(house.pids("api")), resident_mb(house.pids("worker"))
    database = resident_mb([house.database.pid])
    return {
        "what": f"resident memory, {when}",
        "api_mb": round(api),
        "worker_mb": round(worker),
        "postgres_mb": round(database),
        "sum_mb": round(api + worker + database),
        "bar": "<= 900 MB",
    }


async def run(house: House, *, is_quick: bool, show: Callable[[Figures], None]) -> None:
    seconds = 2.0 if is_quick else 6.0
    for concurrent in (1, 20, 100):
        show(await latency_to_queue(house, concurrent=concurrent, messages=2 if is_quick else 5))
    show(await messages_against_bare(house, seconds=seconds, rounds=1 if is_quick else 5))
    for figures in await pages_against_bare(house, seconds=seconds):
        show(figures)
    show(await memory_per_socket(house, sockets=200 if is_quick else 1000))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Shorter and noisier.")
    is_quick = parser.parse_args().quick
    results: list[Figures] = []

    def show(figures: Figures) -> None:
        results.append(figures)
        print(json.dumps(figures, ensure_ascii=False), flush=True)

    show(import_seconds())
    show(red_flag_decisions(seconds=1.0 if is_quick else 3.0))
    with open_house() as house:
        show({"what": "API ready after start, warm", "seconds": round(house.seconds_to_ready, 2)})
        show(memory(house, "idle"))
        asyncio.run(run(house, is_quick=is_quick, show=show))
        show(memory(house, "after the load"))


if __name__ == "__main__":
    main()
