#!/usr/bin/env python3
"""The manual page, --help and the option table name the same options in the same order."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pages

# {"index", 'i', "DIR", ...  or  {"quiet", 'q', NULL, ...
ENTRY = re.compile(
    r'\{\s*"(?P<name>[a-z-]+)",\s*(?:\'(?P<letter>\\?.)\'|0),\s*(?:"(?P<argument>[^"]*)"|NULL),'
    r'(?P<rest>(?:[^{}"]|"[^"]*")*)\}'
)
HELP_NAME = re.compile(r"(?:-(?P<letter>\w), )?--(?P<name>[a-z-]+)(?P<argument>\[=[^\] ]+\]|=\S+)?")


def from_table(source, in_config=False):
    """The options of the table in a program's options.c; with in_config those of the config file."""
    text = source.read_text(encoding="utf-8")
    found = []
    for entry in ENTRY.finditer(text):
        if in_config and not entry["rest"].rstrip().rstrip(",").endswith("true"):
            continue
        letter = entry["letter"] if entry["letter"] not in (None, r"\0") else None
        found.append((letter, entry["name"], entry["argument"]))
    return found


def from_help(program):
    """The options that --help prints: before the first run of two spaces on lines that begin with one."""
    done = subprocess.run([program, "--help"], capture_output=True, text=True, check=True)
    found = []
    for line in done.stdout.splitlines():
        if re.match(r" +-", line):
            names = re.split(r"(?<=\S)  +", line.strip())[0]
            for option in HELP_NAME.finditer(names):
                argument = option["argument"]
                argument = argument.rstrip(",") if argument else None
                argument = argument.removeprefix("=") if argument else None
                found.append((option["letter"], option["name"], argument))
    return found


def describe(options):
    return [f"{letter or '-'} {name} {argument or ''}".rstrip() for letter, name, argument in options]


def compare(first_name, first, second_name, second):
    """Prints how two lists differ; True when they do."""
    if first == second:
        return False
    print(f"{first_name} and {second_name} differ:")
    for number in range(max(len(first), len(second))):
        one = describe(first)[number] if number < len(first) else "(nothing)"
        two = describe(second)[number] if number < len(second) else "(nothing)"
        if one != two:
            print(f"  {number + 1}: {one} | {two}")
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--page", type=Path, required=True)
    arguments = parser.parse_args()
    table = from_table(arguments.table)
    if len(table) < 10:
        sys.exit(f"no option table found in {arguments.table}")
    page = pages.options(arguments.page)
    differ = compare("option table", table, "page", page)
    differ |= compare("option table", table, "--help", from_help(arguments.program))
    print(f"{len(table)} options")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
