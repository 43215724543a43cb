#!/usr/bin/env python3
"""Counts how well near-duplicates are found, against near-duplicates.tsv of collections.

A collection is a folder with docs.jsonl.zst and near-duplicates.tsv: one group a line, ids parted
by tabs. Its documents are indexed, and the groups of the index (list_groups) compared member by
member:

  member   precision: the share of documents in groups of ours that are in a group of the
           reference; recall: the other way round
  B-cubed  for each document in a group of ours, the share of its group that the reference has in
           the same group, on average; recall: the other way round

Writes its table into RESULTS.md, between its two marks (sections.py), with --write; with --bars ends with 1 when
the members of the largest collection are found with less than .95 precision or .90 recall.
Without collections it ends with 77.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import sections

HEADING = "Near-duplicates"
PRECISION, RECALL = 0.95, 0.90


def groups_of(text):
    groups = {}
    for line in text.splitlines():
        members = frozenset(line.split("\t"))
        groups.update((member, members) for member in members)
    return groups


def indexed_groups(build, collection):
    with tempfile.TemporaryDirectory() as folder:
        docs = Path(folder) / "docs.jsonl"
        with docs.open("wb") as out:
            subprocess.run(["zstd", "-dcq", collection / "docs.jsonl.zst"], stdout=out, check=True)
        index = Path(folder) / "index"
        subprocess.run([build / "indexer/ark-index", "-q", "-i", index, docs], check=True)
        listed = subprocess.run([build / "tests/quality/list_groups", index], check=True,
                                capture_output=True, text=True)
    return groups_of(listed.stdout)


def agreement(ours, theirs):
    """For each member of ours: is it in any group of theirs, and the share of its group that is."""
    inside = sum(member in theirs for member in ours)
    shares = sum(len(group & theirs.get(member, frozenset([member]))) / len(group)
                 for member, group in ours.items())
    return inside, shares


def measure(name, build, collection):
    reference = groups_of((collection / "near-duplicates.tsv").read_text(encoding="utf-8"))
    found = indexed_groups(build, collection)
    right, precise = agreement(found, reference)
    recalled, complete = agreement(reference, found)
    return {"name": name, "reference": len(reference), "found": len(found),
            "precision": right / len(found), "recall": recalled / len(reference),
            "b3_precision": precise / len(found), "b3_recall": complete / len(reference)}


def figure(share):
    return f"{share:.4f}".lstrip("0")


def table(rows):
    lines = ["| collection | members | found | precision | recall | B-cubed precision | recall |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for row in rows:
        lines.append(f"| {row['name']} | {row['reference']} | {row['found']} | "
                     + " | ".join(figure(row[key]) for key in
                                  ("precision", "recall", "b3_precision", "b3_recall")) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ark", type=Path, required=True, help="the build directory")
    parser.add_argument("--write", type=Path, help="RESULTS.md")
    parser.add_argument("--bars", action="store_true")
    arguments = parser.parse_args()
    collections = os.environ.get("ARK_COLLECTIONS")
    folders = sorted(path.parent for path in Path(collections).glob("*/near-duplicates.tsv")) \
        if collections else []
    if not folders:
        print("skipped: no near-duplicates.tsv below ARK_COLLECTIONS")
        return 77
    rows = [measure(folder.name, arguments.ark, folder) for folder in folders]
    print(table(rows))
    if arguments.write:
        sections.write(arguments.write, HEADING, table(rows))
    largest = max(rows, key=lambda row: row["reference"])
    missed = largest["precision"] < PRECISION or largest["recall"] < RECALL
    return 1 if arguments.bars and missed else 0


if __name__ == "__main__":
    sys.exit(main())
