"""Rebuilds sessions and costs from the same frames: by Wattledger, and by a straightforward program
on SQLite and on PostgreSQL. See README.md beside this file."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from decimal import Decimal

from databases import FRAMES, INDEXES, READINGS, SESSIONS, PostgreSQL, SQLite
from fold import Fold

HERE = os.path.dirname(os.path.abspath(__file__))


class Wattledger:
    name = "Wattledger"

    def __init__(self, program, directory, workers):
        self.program, self.directory, self.workers = program, directory, str(workers)

    def run(self, *arguments):
        ending = subprocess.run(
            [self.program, *arguments], cwd=self.directory, capture_output=True)
        if ending.returncode != 0:
            raise SystemExit(ending.stderr.decode())
        return ending.stdout

    def simulate(self, options):
        self.run(
            "simulate", "--stations", str(options.stations), "--days", str(options.days),
            "--meter-interval", "450", "--fault-rate", "0", "--site", "site.yaml",
            "--output", "trace.jsonl")

    def load(self):
        self.run("site", "publish", "site.yaml")
        self.run("tariff", "publish", HERE + "/tariff.json", "--site", "sim-1")
        self.run("import", "trace.jsonl")
        self.run("sessions", "--limit", "1")  # builds the models: every rebuild is beside others

    def rebuild(self):
        self.run("rebuild", "--workers", self.workers)

    def totals(self):
        found = json.loads(self.run("sessions", "--limit", "0", "--format", "json"))["sessions"]
        return Totals(
            len(found), sum(Decimal(each["energy_mwh"]) / 1000 for each in found),
            sum(Decimal(each["cost"]["excl_vat"]) for each in found))


class Script:
    """The straightforward program, on a database."""

    def __init__(self, database):
        self.database, self.name = database, database.name

    def load(self, trace):
        self.database.execute(FRAMES)
        rows = []
        with open(trace) as lines:
            for position, line in enumerate(lines, 1):
                record = json.loads(line)
                rows.append((
                    position, record["chargePointId"], record["timestamp"],
                    record["direction"] == "cp-to-csms", record["raw"]))
                if len(rows) == 10_000:
                    self.database.insert("frames", rows)
                    rows = []
        if rows:
            self.database.insert("frames", rows)
        self.database.commit()

    def rebuild(self):
        fold = Fold()
        for station, frame in self.database.frames():
            fold.apply(station, frame)
        for table, statement in [("sessions", SESSIONS), ("readings", READINGS)]:
            self.database.execute("drop table if exists " + table)
            self.database.execute(statement)
        sessions = list(enumerate(fold.sessions, 1))
        self.database.insert("sessions", [(id, *each.row()) for id, each in sessions])
        self.database.insert("readings", [
            (id, number, *row) for id, each in sessions
            for number, row in enumerate(each.reading_rows())])
        for statement in INDEXES:
            self.database.execute(statement)
        self.database.commit()
        self.found = Totals(
            len(fold.sessions), sum(each.energy_wh for each in fold.sessions),
            sum(each.cost for each in fold.sessions))

    def totals(self):
        return self.found


class Totals:
    def __init__(self, sessions, energy_wh, cost):
        self.sessions, self.energy_wh, self.cost = sessions, energy_wh, cost

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __str__(self):
        return f"{self.sessions} sessions, {self.energy_wh.normalize():f} Wh, {self.cost} EUR"


def seconds(body):
    begun = time.monotonic()
    body()
    return time.monotonic() - begun


def compare(options, directory):
    ours = Wattledger(os.path.abspath(options.program), directory, options.workers)
    ours.simulate(options)
    ours.load()
    databases = [SQLite(directory)]
    obstacle = PostgreSQL.obstacle()
    if obstacle:
        print(f"PostgreSQL is left out: {obstacle}", file=sys.stderr)
    else:
        databases.append(PostgreSQL(directory))
    try:
        scripts = [Script(database) for database in databases]
        for script in scripts:
            script.load(directory + "/trace.jsonl")
        return measure(ours, scripts, options.rounds)
    finally:
        for database in databases:
            database.close()


def measure(ours, scripts, rounds):
    times = {each.name: [] for each in [ours, *scripts]}
    for _ in range(rounds):
        for each in [ours, *scripts]:
            times[each.name].append(seconds(each.rebuild))
    expected = ours.totals()
    for script in scripts:
        if script.totals() != expected:
            raise SystemExit(
                f"{script.name} found {script.totals()}\n{ours.name} found {expected}")
    with open(ours.directory + "/trace.jsonl") as lines:
        frames = sum(1 for _ in lines)
    return {
        "frames": frames, "workers": int(ours.workers), "rounds": rounds,
        "sessions": expected.sessions, "energy_wh": str(expected.energy_wh),
        "rebuilds": [
            {
                "by": name, "seconds": round(statistics.median(found), 3),
                "ratio": round(statistics.median(
                    their / our for their, our in zip(found, times[ours.name])), 2),
            }
            for name, found in times.items()
        ],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="the wattledger command")
    parser.add_argument("--stations", type=int, default=100)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--directory", help="on the disk that is to be measured")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        found = compare(options, directory)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['frames']} frames, {found['sessions']} sessions, {found['energy_wh']} Wh")
    for each in found["rebuilds"]:
        print(f"{each['by']:<20}{each['seconds']:>10.2f} s{each['ratio']:>10.1f} times ours")


if __name__ == "__main__":
    main()
