#!/usr/bin/env python3
"""In which order gates start best, replayed with what they took in recorded runs.

    python3 benches/scheduling.py [REPORT.json ...]

Without reports, the recorded gate sets of scheduling.toml are replayed. Each is tried in every order in which a
configuration may name its gates (in 2,000 of them if there are more). "first failure" is when the first of the gates
that failed has ended, which is when a person can begin to read.
"""

import heapq
import itertools
import json
import os
import random
import sys
import tomllib

ORDERS = 2000
JOBS = (2, 4)


def gate_sets(files):
    """The recorded gate sets: of each its name, what each gate took, and which failed."""
    if files:
        for path in files:
            with open(path, encoding="utf-8") as file:
                record = json.load(file)
            ran = [gate for gate in record["gates"] if gate.get("duration_ms")]
            took = {gate["name"]: gate["duration_ms"] / 1000 for gate in ran}
            yield os.path.basename(path), took, {gate["name"] for gate in ran if gate["outcome"] != "passed"}
        return
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "scheduling.toml"), "rb") as file:
        for name, recorded in tomllib.load(file).items():
            yield name, recorded["gates"], set(recorded["failed"])


def replay(order, took, failed, jobs):
    """When the last gate has ended, and the first one that fails."""
    free, first = [0.0] * jobs, None
    for gate in order:
        end = heapq.heappop(free) + took[gate]
        heapq.heappush(free, end)
        if gate in failed:
            first = end if first is None else min(first, end)
    return max(free), first


def configured(gates):
    """Orders in which a configuration may name the gates."""
    if len(gates) <= 6:
        return list(itertools.permutations(gates))
    chance = random.Random(1)
    return [chance.sample(gates, len(gates)) for _ in range(ORDERS)]


def main():
    print("| gates of | jobs | order | end, mean | end, worst | first failure, mean |")
    print("| --- | ---: | --- | ---: | ---: | ---: |")
    for name, took, failed in gate_sets(sys.argv[1:]):
        orders = configured(list(took))
        rules = {
            "as configured": lambda gate: 0,
            "longest first": lambda gate: -took[gate],
            "failed last time, then longest": lambda gate: (gate not in failed, -took[gate]),
        }
        for jobs, (title, rule) in itertools.product(JOBS, rules.items()):
            replayed = [replay(sorted(order, key=rule), took, failed, jobs) for order in orders]
            ends = [end for end, _ in replayed]
            firsts = [first for _, first in replayed if first is not None]
            first = f"{sum(firsts) / len(firsts):.2f}" if firsts else "–"
            print(f"| {name} | {jobs} | {title} | {sum(ends) / len(ends):.2f} | {max(ends):.2f} | {first} |")


if __name__ == "__main__":
    main()
