#!/usr/bin/env python3
"""Holds the matching tables of the manual pages against the programs.

A table is a literal display under  .\\" matches: NAME  of groups of lines
"query: ...", "finds: ..." and "not: ...", the last two lists parted by Arabic
commas. Each text listed becomes a document of its own in one index; the query
must find the documents of its "finds" line and none of its "not" line.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pages

LINE_KINDS = ("query", "finds", "not")


def groups_of(page):
    """[{"query": text, "finds": [...], "not": [...]}] of a page."""
    groups = []
    for display in pages.displays(page, "matches"):
        for line in filter(None, display.text):
            kind, text = (part.strip() for part in line.split(":", 1))
            if kind not in LINE_KINDS:
                sys.exit(f"{page.name}: {display.name}: unknown line: {line}")
            if kind == "query":
                groups.append({"query": text, "finds": [], "not": []})
            else:
                groups[-1][kind] = [word.strip() for word in text.split("،")]
    return groups


def make_index(programs, scratch, texts):
    """Indexes each text as the document of its number; returns the index directory."""
    records = scratch / "texts.jsonl"
    with records.open("w", encoding="utf-8") as out:
        for number, text in enumerate(texts):
            out.write(json.dumps({"id": f"t{number}", "text": text}, ensure_ascii=False) + "\n")
    index = scratch / "index"
    subprocess.run([programs["ark-index"], "-q", "-i", index, records], check=True)
    return index


def found_by(programs, index, query):
    """The numbers of the documents a query finds."""
    done = subprocess.run(
        [programs["ark-search"], "-i", index, "--format=trec", "-n", "1000", "--", query],
        capture_output=True, text=True, check=False)
    if done.returncode > 1:
        sys.exit(f"{query}: {done.stderr}")
    return {int(line.split()[2].removeprefix("t")) for line in done.stdout.splitlines()}


def check(group, texts, found):
    """Prints where a group is wrong; returns how often."""
    wrong = 0
    for kind, expected in (("finds", True), ("not", False)):
        for text in group[kind]:
            if (texts.index(text) in found) != expected:
                print(f"query {group['query']}: should {'' if expected else 'not '}find: {text}")
                wrong += 1
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ark-index", type=Path, required=True)
    parser.add_argument("--ark-search", type=Path, required=True)
    parser.add_argument("--pages", nargs="+", type=Path, required=True)
    arguments = parser.parse_args()
    programs = {"ark-index": arguments.ark_index, "ark-search": arguments.ark_search}
    groups = [group for page in arguments.pages for group in groups_of(page)]
    texts = sorted({text for group in groups for kind in ("finds", "not") for text in group[kind]})
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        index = make_index(programs, Path(scratch), texts)
        for group in groups:
            wrong += check(group, texts, found_by(programs, index, group["query"]))
    print(f"{len(groups)} queries over {len(texts)} texts, {wrong} wrong")
    return 1 if wrong or not groups else 0


if __name__ == "__main__":
    sys.exit(main())
