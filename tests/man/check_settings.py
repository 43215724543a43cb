#!/usr/bin/env python3
"""ark-config(5) names the settings that the programs take, and its files are such as they read.

A file is a literal display under  .\\" config: NAME .
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import check_options
import pages

HEADINGS = ("Both programs", "ark-search", "ark-index")


def settings_of(table):
    """The names of an option table whose entries end in true: those a config file may have."""
    return {name for _, name, _ in check_options.from_table(table, in_config=True)}


def page_settings(page):
    """{heading: names} of the SETTINGS section."""
    found = {}
    for line in pages.section(page, "SETTINGS"):
        if line.startswith(".Ss "):
            heading = found.setdefault(line.removeprefix(".Ss "), set())
        elif line.startswith(".It Cm "):
            heading |= set(re.split(r" , ", line.removeprefix(".It Cm ")))
    return found


def complaints(page, programs):
    """What the programs say about the config files of the page, beside that there is no index."""
    found = []
    for display in pages.displays(page, "config"):
        with tempfile.TemporaryDirectory() as scratch:
            config = Path(scratch) / "config"
            config.write_text("\n".join(display.text) + "\n", encoding="utf-8")
            for program, arguments in programs.items():
                done = subprocess.run([program, f"--config={config}", "-i", scratch, *arguments],
                                      capture_output=True, text=True, check=False)
                if "no index" not in done.stderr:
                    found.append(f"{program.name}: {display.name}: {done.stderr}")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--page", type=Path, required=True)
    parser.add_argument("--search-table", type=Path, required=True)
    parser.add_argument("--index-table", type=Path, required=True)
    parser.add_argument("--ark-search", type=Path, required=True)
    parser.add_argument("--ark-index", type=Path, required=True)
    arguments = parser.parse_args()
    search, index = settings_of(arguments.search_table), settings_of(arguments.index_table)
    expected = dict(zip(HEADINGS, (search & index, search - index, index - search)))
    actual = page_settings(arguments.page)
    wrong = 0
    for heading in HEADINGS:
        named = actual.get(heading, set())
        for name in sorted(named ^ expected[heading]):
            where = "the page" if name in named else "the option tables"
            print(f"{heading}: only in {where}: {name}")
            wrong += 1
    programs = {arguments.ark_search: ["word"], arguments.ark_index: ["--list"]}
    for complaint in complaints(arguments.page, programs):
        print(complaint)
        wrong += 1
    return 1 if wrong or not search else 0


if __name__ == "__main__":
    sys.exit(main())
