#!/usr/bin/env python3
"""Every message that a page explains is one the program can print.

A message of the page matches a string of the sources when both are equal after
what varies (conversions in the source, .Ar and .Cm words in the page) has been
replaced by a placeholder.
"""

import argparse
import re
import sys
from pathlib import Path

import pages

LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
CONVERSION = re.compile(r"%[-+ 0#]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j|t)?[a-zA-Z]")
VARIES = "\N{REPLACEMENT CHARACTER}"


def source_messages(sources):
    """Every string literal of the sources, adjacent ones joined, conversions replaced."""
    found = set()
    for source in sources:
        text = source.read_text(encoding="utf-8")
        # "%" PRIu64 " ..." is one literal, and "..., byte %" PRIu64 ends with its number.
        text = re.sub(r'(?<=%)"\s*PRI\w+(\s*")?', lambda m: "d" if m[1] else 'd"', text)
        for run in re.finditer(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*', text):
            joined = "".join(LITERAL.findall(run.group(0)))
            joined = joined.replace(r"\"", '"').replace("%%", "%")
            found.add(CONVERSION.sub(VARIES, joined))
    return found


def is_known(message, known):
    """True for a string of the sources, or one put in front of a string that begins with "%s"."""
    endings = [text[1:] for text in known if len(text) > 8 and text.startswith(VARIES)]
    endings.append(f": {VARIES}")  # "%s: %s", which alone would fit everything
    return message in known or any(
        message.endswith(ending) and message.removesuffix(ending) in known for ending in endings)


def page_messages(page, title):
    """The messages of a section: its .It Li lines, variable words replaced."""
    found = []
    for line in pages.section(page, title):
        if not line.startswith(".It Li "):
            continue
        words = line.removeprefix(".It ").split(" ")
        text = ""
        glue = False
        macro = ""
        for word in words:
            if word in ("Li", "Ar", "Cm", "Pa", "Fl", "No"):
                macro = word
            elif word == "Ns":
                glue = True
            else:
                shown = VARIES if macro in ("Ar", "Cm", "Pa") else word
                space = "" if glue or not text or re.fullmatch(r"[:;,.)?]", word) else " "
                text += space + shown
                glue = False
        found.append(pages.unescape(text))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--page", type=Path, required=True)
    parser.add_argument("--section", default="DIAGNOSTICS")
    parser.add_argument("--sources", nargs="+", type=Path, required=True, help="folders")
    arguments = parser.parse_args()
    sources = [source for folder in arguments.sources for source in sorted(folder.rglob("*.c"))]
    known = source_messages(sources)
    listed = page_messages(arguments.page, arguments.section)
    missing = [message for message in listed if not is_known(message, known)]
    for message in missing:
        print(f"{arguments.page.name}: no such message in the sources: {message.replace(VARIES, '%')}")
    print(f"{len(listed)} messages, {len(missing)} unknown")
    return 1 if missing or not listed else 0


if __name__ == "__main__":
    sys.exit(main())
