#!/usr/bin/env python3
"""Runs every example of the manual pages and compares what it prints.

An example is a literal display under a line
    .\\" example: NAME [setup=none] [stderr=last]
Its lines that begin with "$ " are commands, run one after the other by sh in
a scratch home directory: ~/texts holds the sample articles, and the default
index holds them already unless setup=none. The lines below a command are what
it prints: standard error, then standard output, unless stderr=last. A command
with no lines below it is compared with golden/PAGE.NAME.out only, where each
example's whole transcript stands.

With --update the pages and golden files are rewritten from what the programs
print; read the difference before you commit it.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pages

TIME_LIMIT_SECONDS = 20 * int(os.environ.get("ARK_PATIENCE", "1"))
SHOWN_HOME = "/home/user"


def normalise(text, home):
    """What differs from run to run, replaced: the home directory and times."""
    text = text.replace(str(home), SHOWN_HOME)
    text = re.sub(r'"elapsed_us":\d+', '"elapsed_us":0', text)
    return re.sub(r"\d+(?:\.\d+)? (ms|s|MB/s)\b", r"0 \1", text)


def round_numbers(text):
    """What compilers and processors may compute otherwise: digits after the fourth decimal."""
    return re.sub(r"\d+\.\d{5,}", lambda number: f"{float(number[0]):.4f}", text)


def commands_of(display):
    """[(command, shown lines)] of an example."""
    found = []
    for line in display.text:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
        elif line:
            sys.exit(f"{display.page.name}: {display.name}: output before the first command")
    for _, shown in found:
        while shown and not shown[-1]:
            shown.pop()  # an empty line between commands is layout
    return found


def environment(home, programs):
    """What the examples run under: nothing of the caller's settings."""
    return {
        "HOME": str(home),
        "PATH": os.pathsep.join([*programs, os.environ.get("PATH", os.defpath)]),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
    }


def prepare_home(home, samples, settings, env):
    """Puts the sample articles, and unless setup=none their index, into a home directory."""
    shutil.copytree(samples, home / "texts")
    for extra in (Path(__file__).parent / "home").iterdir():
        shutil.copy(extra, home / extra.name)
    if settings.get("setup") != "none":
        done = subprocess.run(["ark-index", "-q", "texts"], cwd=home, env=env, check=False,
                              timeout=TIME_LIMIT_SECONDS)
        if done.returncode != 0:
            sys.exit(f"ark-index on the sample articles ended with {done.returncode}")


def run(commands, home, env, order):
    """The lines each command prints, streams in this order, and its status, as run by one shell."""
    script = []
    for number, (command, _) in enumerate(commands):
        out = home.parent / f"{number}"
        script.append(f"{{ {command}\n}} </dev/null >'{out}.out' 2>'{out}.err'\n"
                      f"echo $? >'{out}.status'\n")
    subprocess.run(["sh", "-c", "".join(script)], cwd=home, env=env, check=True,
                   timeout=TIME_LIMIT_SECONDS)
    results = []
    for number in range(len(commands)):
        out = home.parent / f"{number}"
        printed = "".join(out.with_suffix(end).read_text(encoding="utf-8") for end in order)
        status = int(out.with_suffix(".status").read_text(encoding="ascii"))
        results.append((normalise(printed, home).splitlines(), status))
    return results


def transcript(commands, results):
    """The whole of an example, as its golden file holds it."""
    lines = []
    for (command, _), (printed, status) in zip(commands, results):
        lines += [f"$ {command}", *printed, f"[status {status}]"]
    return "\n".join(lines) + "\n"


def shown_differs(commands, results):
    """The first command whose shown lines are not what it prints, with what it prints; or None."""
    for (command, shown), (printed, _) in zip(commands, results):
        if shown and round_numbers("\n".join(shown)) != round_numbers("\n".join(printed)):
            return command, printed
    return None


def rewrite(display, commands, results):
    """Replaces the shown lines of an example in its page."""
    content = []
    for (command, shown), (printed, _) in zip(commands, results):
        content.append(f"$ {command}")
        content += printed if shown else []
    lines = display.page.read_text(encoding="utf-8").splitlines()
    lines[display.first:display.last] = [pages.escape(line) for line in content]
    display.page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def check(display, arguments):
    """Runs one example; returns the words of its failure, or None."""
    golden = Path(__file__).parent / "golden" / f"{display.page.name}.{display.name}.out"
    commands = commands_of(display)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch).resolve() / "home"
        home.mkdir()
        env = environment(home, arguments.programs)
        prepare_home(home, arguments.samples, display.settings, env)
        stderr_last = display.settings.get("stderr") == "last"
        results = run(commands, home, env, (".out", ".err") if stderr_last else (".err", ".out"))
    actual = transcript(commands, results)
    if arguments.update:
        rewrite(display, commands, results)
        golden.write_text(actual, encoding="utf-8")
        return None
    differs = shown_differs(commands, results)
    if differs is not None:
        return "the page shows something else than\n$ " + "\n".join([differs[0], *differs[1]])
    expected = golden.read_text(encoding="utf-8") if golden.exists() else "(no golden file)\n"
    if round_numbers(actual) != round_numbers(expected):
        return f"expected\n{expected}but it gave\n{actual}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--programs", nargs="+", required=True, help="folders of the programs")
    parser.add_argument("--pages", nargs="+", type=Path, required=True)
    arguments = parser.parse_args()
    failures = 0
    count = 0
    for page in arguments.pages:
        names = [display.name for display in pages.displays(page, "example")]
        if len(names) != len(set(names)):
            sys.exit(f"{page.name}: two examples have one name")
        for name in names:
            # Read anew each time: an update moves the lines below it.
            display = next(d for d in pages.displays(page, "example") if d.name == name)
            failure = check(display, arguments)
            count += 1
            if failure is not None:
                failures += 1
                print(f"{page.name}: example {name}: {failure}")
    print(f"{count} examples, {failures} failed")
    if failures:
        print("if the programs are right: cmake --build BUILD --target update-man-examples")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
