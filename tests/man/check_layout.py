#!/usr/bin/env python3
"""The pages are clean mdoc, fit 80 columns, and hide no direction controls.

Ends with 77 (skipped) when mandoc is not installed.
"""

import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

COLUMNS = 80
SKIPPED = 77
BIDI_CONTROLS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def lint(page):
    """What mandoc finds wrong; warnings and worse."""
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True,
                          text=True, check=False)
    return done.stdout.splitlines()


def width(line):
    """The columns of a line as a terminal shows it: marks take none."""
    return sum(not unicodedata.combining(character) for character in line)


def too_wide(page):
    """The lines of the formatted page that do not fit."""
    done = subprocess.run(["mandoc", "-T", "utf8", "-O", f"width={COLUMNS - 2}", page],
                          capture_output=True, text=True, encoding="utf-8", check=True)
    plain = []
    for line in done.stdout.splitlines():
        shown = []
        for character in line:
            if character == "\b":
                shown.pop()
            else:
                shown.append(character)
        plain.append("".join(shown).expandtabs())
    return [line for line in plain if width(line) > COLUMNS]


def hidden_controls(page):
    """The source lines with characters that change direction without being seen."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if BIDI_CONTROLS & set(line)]


def main():
    found = 0
    for page in map(Path, sys.argv[1:]):
        for line in hidden_controls(page):
            print(f"{page.name}: direction control in: {line!a}")
            found += 1
        if shutil.which("mandoc") is None:
            continue
        for line in lint(page):
            print(line)
            found += 1
        for line in too_wide(page):
            print(f"{page.name}: more than {COLUMNS} columns: {line}")
            found += 1
    if found:
        return 1
    if shutil.which("mandoc") is None:
        print("skipped: mandoc is not installed")
        return SKIPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
