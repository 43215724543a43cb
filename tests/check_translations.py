#!/usr/bin/env python3
"""Every text the programs say has an Arabic translation, and no translation is left over.

Texts are collected from the sources by xgettext, and the help of the options
from their tables. A translation must be there, must not be marked fuzzy, must
keep the "{}" of a number (but in the forms for none, one and two, which may
say it in words), and must hold no direction controls. Skipped without gettext.

  check_translations.py --sources DIR --catalogue FILE [--update]

--update adds what is missing to the catalogue, untranslated, and drops what is left over.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

KEYWORDS = [
    "ark_translate:1",
    "ark_translate_count:1,2",
    "append_count:2,3",
    "ARK_N:1",
    "ARK_N_COUNT:1,2",
    "ark_error_set:3",
    "ark_reading_skip:5",
    "ark_query_warn:5",
    "warn:4",
]
FOLDERS = ["common", "indexer", "searcher"]
STRING = r'"((?:[^"\\]|\\.)*)"'
CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SKIP = 77


def source_files(root):
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.c"))


def option_helps(root):
    """The texts of --help in the option tables."""
    row = re.compile(r"^    \{" + STRING + r", '[^']*', (?:NULL|" + STRING + r"),\s+" + STRING, re.M)
    for program in ("indexer", "searcher"):
        for match in row.finditer((root / program / "options.c").read_text(encoding="utf-8")):
            yield match.group(3)


def template(root, folder):
    """Writes a catalogue without translations and returns its path."""
    helps = folder / "options.c"
    lines = [f'const char *help_{i} = ARK_N("{text}");' for i, text in enumerate(option_helps(root))]
    helps.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = folder / "ark.pot"
    command = ["xgettext", "--from-code=UTF-8", "--no-location", "--language=C", "--keyword="]
    command += ["--keyword=" + keyword for keyword in KEYWORDS] + [f"--output={path}"]
    files = [str(file.relative_to(root)) for file in source_files(root)]
    subprocess.run([*command, *files, str(helps)], cwd=root, check=True, stderr=subprocess.DEVNULL)
    return path


def text_of(block, key):
    """The decoded text after key in a block of a catalogue, or None."""
    match = re.search(rf"^{re.escape(key)} ((?:{STRING}\n?)+)", block, re.M)
    if match is None:
        return None
    text = "".join(re.findall(STRING, match.group(1)))
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def entries(path):
    """(text, translations, fuzzy) of each entry; obsolete ones are none."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        text = text_of(block, "msgid")
        if text:
            forms = re.findall(r"^(msgstr(?:\[\d\])?) ", block, re.M)
            yield text, [text_of(block, form) for form in forms], "fuzzy" in block.split("msgid")[0]


def complaints(wanted, catalogue):
    known = {}
    for text, forms, fuzzy in entries(catalogue):
        known[text] = forms
        if fuzzy or not all(forms):
            yield f"not translated: {text!r}"
        for number, form in enumerate(forms):
            if CONTROLS.search(form or ""):
                yield f"direction controls in the translation of {text!r}"
            if "{}" in text and "{}" not in form and (len(forms) == 1 or number > 2):
                yield f"no number in form {number} of {text!r}"
    for text in wanted:
        if text not in known:
            yield f"missing: {text!r}"
    for text in known:
        if text not in wanted:
            yield f"said nowhere: {text!r}"


def update(catalogue, pot):
    subprocess.run(
        ["msgmerge", "--quiet", "--no-fuzzy-matching", "--update", "--backup=none", catalogue, pot],
        check=True,
    )
    subprocess.run(["msgattrib", "--no-obsolete", "-o", catalogue, catalogue], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=pathlib.Path, required=True)
    parser.add_argument("--catalogue", type=pathlib.Path, required=True)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if shutil.which("xgettext") is None:
        print("skipped: xgettext (package gettext) is not installed")
        return SKIP
    with tempfile.TemporaryDirectory() as folder:
        pot = template(options.sources, pathlib.Path(folder))
        if options.update:
            update(options.catalogue, pot)
        found = list(complaints({text for text, _, _ in entries(pot)}, options.catalogue))
    for complaint in found:
        print(complaint)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
