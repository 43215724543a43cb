#!/usr/bin/env python3
"""The Arabic manual pages say what the English ones do, as far as a program can tell.

A page and its translation have the same sections and subsections in number,
list the same options, variables, files, values and messages in the same order,
and show the same displays: examples, tables and grammars, which are the
English page's. No page hides direction controls.

  check_arabic.py --english DIR --arabic DIR [--update]

--update copies the displays of the English pages into the Arabic ones.
"""

import argparse
import difflib
import pathlib
import re
import sys

CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What an item names: an option, a literal, a variable, a file, a value. Words are translated.
ITEM = re.compile(r"^\.It ((?:Fl|Li|Ev|Pa|Cm) .*)$")


def lines_of(page):
    return page.read_text(encoding="utf-8").splitlines()


def outline(lines):
    return [line.split()[0] for line in lines if line.startswith((".Sh ", ".Ss "))]


def items(lines):
    """The items, without what belongs to the sentence around them."""
    return [match.group(1).replace(" ,", "") for match in map(ITEM.match, lines) if match]


def displays(lines):
    """(first line, line after the last) of each literal display."""
    found, start = [], None
    for number, line in enumerate(lines):
        if line.startswith(".Bd -literal"):
            start = number + 1
        elif line == ".Ed" and start is not None:
            found.append((start, number))
            start = None
    return found


def shown(lines):
    return [line for start, end in displays(lines) for line in [*lines[start:end], ""]]


def compare(what, english, arabic):
    for line in difflib.unified_diff(english, arabic, "English", "Arabic", lineterm="", n=1):
        yield f"{what}: {line}"


def complaints(english, arabic):
    yield from compare("sections", outline(english), outline(arabic))
    yield from compare("items", items(english), items(arabic))
    yield from compare("displays", shown(english), shown(arabic))
    for number, line in enumerate(arabic, 1):
        if CONTROLS.search(line):
            yield f"line {number} hides a direction control"


def update(page, english, arabic):
    pairs = list(zip(displays(english), displays(arabic), strict=True))
    for (start, end), (own_start, own_end) in reversed(pairs):
        arabic[own_start:own_end] = english[start:end]
    page.write_text("\n".join(arabic) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--english", type=pathlib.Path, required=True)
    parser.add_argument("--arabic", type=pathlib.Path, required=True)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    failed = False
    pages = sorted(page for page in options.arabic.iterdir() if page.suffix in (".1", ".5", ".7"))
    if not pages:
        print(f"no pages in {options.arabic}")
        failed = True
    for page in pages:
        english, arabic = lines_of(options.english / page.name), lines_of(page)
        if options.update:
            update(page, english, arabic)
            arabic = lines_of(page)
        for complaint in complaints(english, arabic):
            print(f"{page.name}: {complaint}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
