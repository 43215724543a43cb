#!/usr/bin/env python3
"""The constants in ark-index-format(5) are those of the headers.

The page's table is a literal display under  .\\" constants: NAME , a name and
a value on each line. A constant's header may define it by other constants.
"""

import argparse
import re
import sys
from pathlib import Path

import pages

ENUM = re.compile(r"enum(?:\s+\w+)?\s*\{(?P<body>[^}]*)\}")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def header_constants(headers):
    """{name: value} of every enumerator of the headers whose value can be computed."""
    expressions = []
    for header in headers:
        text = COMMENT.sub("", header.read_text(encoding="utf-8"))
        for enum in ENUM.finditer(text):
            previous = None
            for item in filter(None, (part.strip() for part in enum["body"].split(","))):
                name, _, expression = (part.strip() for part in item.partition("="))
                if not expression:
                    expression = "0" if previous is None else f"{previous} + 1"
                expressions.append((name, expression))
                previous = name
    values = {}
    for _ in expressions:  # each pass settles one constant at least, or none is left to settle
        for name, expression in expressions:
            names = set(re.findall(r"[A-Z_][A-Z0-9_]*", expression))
            arithmetic = re.fullmatch(r"[A-Z0-9_x+*<>() \n-]+", expression)
            if name not in values and arithmetic and names <= values.keys():
                values[name] = eval(expression, {"__builtins__": {}}, dict(values))
    return values


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--page", type=Path, required=True)
    parser.add_argument("--headers", nargs="+", type=Path, required=True, help="folders")
    arguments = parser.parse_args()
    headers = [header for folder in arguments.headers for header in sorted(folder.rglob("*.h"))]
    known = header_constants(headers)
    wrong = 0
    count = 0
    for display in pages.displays(arguments.page, "constants"):
        for line in filter(None, display.text):
            name, value = line.split()[:2]
            count += 1
            if known.get(name) != int(value):
                print(f"{name}: the page has {value}, the headers {known.get(name)}")
                wrong += 1
    print(f"{count} constants, {wrong} wrong")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
