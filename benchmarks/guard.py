#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the instructions of small fixed runs and compares them with recorded counts.

    guard.py PROGRAM [--record]

Counts do not depend on the clock or on what else the machine does. A run fails that takes over 3 %
more instructions than recorded, or over 3 % fewer: then the better count is to be recorded. They do
depend on the compiler, and are recorded for the one that is named in instructions.json; with
another one nothing is compared, and the program says so. --record writes the file anew. Needs
valgrind. The program has to be compiled for the baseline instruction set (preset guard).
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

TOLERANCE = 0.03
RECORDED = pathlib.Path(__file__).with_name("instructions.json")


def compiler_of(program):
    """The compiler that the program's comment section names."""
    text = subprocess.run(["readelf", "-p", ".comment", program], check=True, capture_output=True,
                          text=True).stdout
    return sorted(set(re.findall(r"\]\s+(.+)", text)))[-1]


def count(program, name):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--collect-atstart=no",
             f"--toggle-collect=counted_{name}", f"--callgrind-out-file={folder}/out",
             program, name], check=True, capture_output=True, text=True)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()

    names = subprocess.run([options.program], check=True, capture_output=True,
                           text=True).stdout.split()
    compiler = compiler_of(options.program)
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    if not options.record and recorded.get("compiler") != compiler:
        print(f"nothing compared: recorded for {recorded.get('compiler')}, compiled by {compiler}")
        return 0
    counts = {name: count(options.program, name) for name in names}
    if options.record:
        RECORDED.write_text(
            json.dumps({"compiler": compiler, "instructions": counts}, indent=2) + "\n")
        print(json.dumps(counts, indent=2))
        return 0
    failed = False
    for name, now in counts.items():
        before = recorded["instructions"].get(name)
        change = now / before - 1 if before else float("inf")
        wrong = abs(change) > TOLERANCE
        failed = failed or wrong
        print(f"{name}: {now} instructions, recorded {before}: {change:+.2%}"
              f"{'  <-- more than 3 %' if wrong else ''}")
    if failed:
        print(f"to record the new counts: {sys.argv[0]} {options.program} --record")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
