#!/usr/bin/env python3
"""What the settings of experiments.tsv gain over Lucene on collections they were not chosen on.

    leave_one_out.py [--write FILE]

A line of experiments.tsv is a setting and its nDCG@10 less Lucene's on each collection; the first
line is what ships. For each collection held out, the setting is taken that is best on the mean of
the others, or whose worst collection among them is best. FILE is RESULTS.md.
"""

import argparse
import os

import sections

HERE = os.path.dirname(os.path.abspath(__file__))
HEADING = "Leave one collection out"
PARAMETERS = 8  # columns before those of the collections


def read(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    return lines[0][PARAMETERS:], [[float(cell) for cell in line[PARAMETERS:]] for line in lines[1:]]


def held_out(settings, judge):
    """For each collection, what it gains by the setting that the judge likes best on the others."""
    gains = []
    for out in range(len(settings[0])):
        best = max(settings, key=lambda row: judge(row[:out] + row[out + 1:]))
        gains.append(best[out])
    return gains


def mean(values):
    return sum(values) / len(values)


def signed(value):
    return f"{value:+.4f}".replace("0.", ".", 1)


def table(names, settings):
    rows = [("what ships", settings[0]), ("best mean of the other five", held_out(settings, mean)),
            ("best worst of the other five", held_out(settings, min))]
    lines = ["| held out | " + " | ".join(names) + " | mean |",
             "| --- |" + " ---: |" * (len(names) + 1)]
    for name, gains in rows:
        lines.append(f"| {name} | " + " | ".join(map(signed, [*gains, mean(gains)])) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", metavar="FILE", help="write the table into RESULTS.md")
    options = parser.parse_args()
    text = table(*read(os.path.join(HERE, "experiments.tsv")))
    print(text)
    if options.write:
        sections.write(options.write, HEADING, text)


if __name__ == "__main__":
    main()
