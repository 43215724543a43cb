#!/usr/bin/env python3
"""Holds the README against the programs.

Its ```console block is run from a folder with data/samples in it, and each
command must print what stands below it. Each row of the table "What finds
what" must be true: its query finds every text of the second column and none of
the third. With --update the block is rewritten from what the programs print.
"""

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent / "man"))
import check_matches  # noqa: E402
import run_examples  # noqa: E402

SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \|([^|]*)\|$", re.MULTILINE)


def run_session(readme, samples, programs):
    """[(command, lines)] of what the session's commands print now, with what the README shows."""
    display = SimpleNamespace(page=readme, name="session",
                              text=SESSION.search(readme.read_text(encoding="utf-8"))[1].split("\n"))
    commands = run_examples.commands_of(display)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch).resolve() / "home"
        home.mkdir()
        shutil.copytree(samples, home / "data" / "samples")
        env = run_examples.environment(home, programs)
        results = run_examples.run(commands, home, env, (".err", ".out"))
    return commands, results


def check_session(readme, commands, results):
    """Prints where the session differs; returns how often (0 or 1)."""
    differs = run_examples.shown_differs(commands, results)
    if differs is None:
        return 0
    print(f"{readme.name} shows something else than\n$ " + "\n".join([differs[0], *differs[1]]))
    return 1


def rewrite_session(readme, commands, results):
    """Puts what the programs print into the README."""
    lines = []
    for (command, _), (printed, _) in zip(commands, results):
        lines += [f"$ {command}", *printed, ""]
    block = "```console\n" + "\n".join(lines).rstrip("\n") + "\n```"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(SESSION.sub(lambda _: block, text), encoding="utf-8")


def check_table(readme, programs):
    """Prints where the table is wrong; returns how often."""
    groups = []
    for query, finds, misses in ROW.findall(readme.read_text(encoding="utf-8")):
        groups.append({"query": query, "finds": [word.strip() for word in finds.split("،")],
                       "not": [word.strip() for word in misses.split("،") if word.strip()]})
    if not groups:
        sys.exit(f"{readme.name}: no table of queries")
    texts = sorted({text for group in groups for kind in ("finds", "not") for text in group[kind]})
    with tempfile.TemporaryDirectory() as scratch:
        index = check_matches.make_index(programs, Path(scratch), texts)
        wrong = sum(check_matches.check(group, texts,
                                        check_matches.found_by(programs, index, group["query"]))
                    for group in groups)
    print(f"{len(groups)} queries over {len(texts)} texts, {wrong} wrong")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--readme", type=Path, required=True)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--ark-index", type=Path, required=True)
    parser.add_argument("--ark-search", type=Path, required=True)
    arguments = parser.parse_args()
    programs = {"ark-index": arguments.ark_index, "ark-search": arguments.ark_search}
    folders = [str(program.parent) for program in programs.values()]
    commands, results = run_session(arguments.readme, arguments.samples, folders)
    if arguments.update:
        rewrite_session(arguments.readme, commands, results)
        return 0
    wrong = check_session(arguments.readme, commands, results)
    wrong += check_table(arguments.readme, programs)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
