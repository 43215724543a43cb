"""Reads the parts of mdoc pages that the tests in this folder check."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ESCAPES = {
    r"\&": "",
    r"\-": "-",
    r"\e": "\\",
    r"\(ti": "~",
    r"\(ha": "^",
    r"\(aq": "'",
    r"\(ga": "`",
    r"\(dq": '"',
    r"\ ": " ",
}
ESCAPE = re.compile(r"\\(?:\([a-z]{2}|.)")
MARK = re.compile(r'^\.\\" (?P<kind>example|matches|constants|config): (?P<name>[a-z0-9-]+)(?P<rest>(?: \S+)*)$')


def unescape(line):
    """The text a line of a literal display stands for; an unknown escape is an error."""
    return ESCAPE.sub(lambda match: ESCAPES[match.group(0)], line)


def escape(line):
    """The inverse of unescape: a line of mdoc that shows this text."""
    line = line.replace("\\", r"\e")
    for text, code in (("-", r"\-"), ("~", r"\(ti"), ("^", r"\(ha"), ("'", r"\(aq"),
                       ("`", r"\(ga"), ('"', r"\(dq")):
        line = line.replace(text, code)
    return r"\&" + line if line.startswith(".") else line


@dataclass
class Display:
    """A marked literal display: lines[first:last] of the page are its content."""

    page: Path
    kind: str
    name: str
    settings: dict
    first: int
    last: int
    text: list = field(default_factory=list)


def displays(page, kind):
    """All displays of a page marked with this kind, in order."""
    lines = page.read_text(encoding="utf-8").splitlines()
    found = []
    for number, line in enumerate(lines):
        mark = MARK.match(line)
        if mark is None:
            continue
        if not lines[number + 1].startswith(".Bd -literal"):
            raise SystemExit(f"{page.name}:{number + 1}: no display after the mark")
        first = number + 2
        last = lines.index(".Ed", first)
        settings = dict(word.split("=", 1) for word in mark["rest"].split())
        text = [unescape(content) for content in lines[first:last]]
        found.append(Display(page, mark["kind"], mark["name"], settings, first, last, text))
    return [display for display in found if display.kind == kind]


def section(page, title):
    """The lines of one .Sh section, without its heading."""
    lines = page.read_text(encoding="utf-8").splitlines()
    first = lines.index(f".Sh {title}") + 1
    last = next((n for n in range(first, len(lines)) if lines[n].startswith(".Sh ")), len(lines))
    return lines[first:last]


def options(page):
    """The options of the OPTIONS section: (letter, name, argument) in order, None where absent."""
    found = []
    for line in section(page, "OPTIONS"):
        if line.startswith(".It Fl "):
            for part in re.split(r" , (?=Fl )", line.removeprefix(".It ")):
                found.append(option_name(part))
    return merge_letters(found)


def option_name(macro):
    """("-i", "DIR") or ("--index", "=DIR") from "Fl i Ar DIR" or "Fl -index Ns = Ns Ar DIR"."""
    text = re.sub(r" Ns Op Ns = Ns (?:Ar|Cm) (\S+)", r"[=\1]", macro.removeprefix("Fl "))
    text = re.sub(r" Ns = Ns (?:Ar|Cm) ", "=", text)
    text = re.sub(r" , Ns (?:Ar|Cm) ", ",", text)
    text = re.sub(r" (?:Ar|Cm) ", " ", text)
    return "-" + text


def merge_letters(names):
    """Joins "-i DIR" with the "--index=DIR" after it."""
    merged = []
    letter = None
    for name in names:
        if not name.startswith("--"):
            if letter is not None:
                merged.append((letter, None, None))
            letter = name[1]
            continue
        long_name, argument = re.fullmatch(r"--([a-z-]+)(.*)", name).groups()
        merged.append((letter, long_name, argument.removeprefix("=") or None))
        letter = None
    if letter is not None:
        merged.append((letter, None, None))
    return merged
