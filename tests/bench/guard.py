#!/usr/bin/env python3
"""Counts the instructions of fixed jobs and fails when one takes more than the figure on record.

    guard.py [--build BUILD]                 compare with instructions.txt
    guard.py [--build BUILD] --record WHY    put what was counted on record, with the reason

Time says nothing on a busy machine; the number of instructions is the same again to a few in ten
thousand. It knows no caches and no waiting: bench.py measures those. The jobs work on a corpus
that is made here, with a seed, of the words of data/ at the frequencies of a Zipf-Mandelbrot law.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")
RECORD = os.path.join(HERE, "instructions.txt")
GROWTH_MAX = 0.03
SEED = 20161017

DOCUMENTS, DOCUMENT_WORDS = 500, 300
NEW_DOCUMENTS = 50
QUERIES = 200
# Zipf-Mandelbrot: the word of rank r is drawn in proportion to 1 / (r + SHIFT).
SHIFT = 2.7
# How often a word is one that the document has already: text keeps to its matter.
REPEATED = 0.3


def arguments():
    parser = argparse.ArgumentParser(description="Counts the instructions of fixed jobs.")
    parser.add_argument("--build", default="build/release", help="with ark's programs and ark_bench "
                        "(default %(default)s)")
    parser.add_argument("--record", metavar="WHY", help="put the figures on record; the reason "
                        "stands beside them")
    parser.add_argument("--top", type=int, default=0, metavar="N", help="also the N functions of "
                        "each job that take most")
    return parser.parse_args()


def stop_words():
    with open(os.path.join(DATA, "stop_words.txt"), encoding="utf-8") as lines:
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def listed_words():
    """The words of data/particle_words.txt, which shares letters from line to line."""
    words, before = [], ""
    with open(os.path.join(DATA, "particle_words.txt"), encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#") and line.strip():
                line = line.strip().rstrip("+")
                before = before[:int(line[0], 16)] + line[1:]
                words.append(before)
    return words


class Writer:
    """Texts and queries of drawn words. Only random() is used: it is the same in every Python."""

    def __init__(self):
        self.luck = random.Random(SEED).random
        words = listed_words()
        for i in range(len(words) - 1, 0, -1):
            j = int(self.luck() * (i + 1))
            words[i], words[j] = words[j], words[i]
        self.words = stop_words() + words

    def word(self):
        return self.words[int(SHIFT * (1 + len(self.words) / SHIFT) ** self.luck() - SHIFT)]

    def rare_word(self):
        """A word somebody would search for: not among the most frequent five hundred."""
        word = self.word()
        while word in self.words[:500]:
            word = self.word()
        return word

    def text(self):
        words = []
        while len(words) < DOCUMENT_WORDS:
            again = words and self.luck() < REPEATED
            words.append(words[int(self.luck() * len(words))] if again else self.word())
        return words

    def corpus(self, path, first, count):
        """Appends documents; returns their texts."""
        texts = [self.text() for _ in range(count)]
        with open(path, "a", encoding="utf-8") as file:
            for number, words in enumerate(texts, first):
                record = {"id": f"d{number}", "title": " ".join(words[:5]), "text": " ".join(words)}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        return texts


def write_queries(folder, writer, texts):
    """Files of queries, one for each kind."""
    def some(text):
        start = int(writer.luck() * (len(text) - 4))
        return text[start:start + 2 + int(writer.luck() * 3)]

    def chosen():
        return texts[int(writer.luck() * len(texts))]

    def long_word():
        return next(word for word in iter(writer.rare_word, None) if len(word) >= 5)
    kinds = {
        "or": lambda: " ".join(writer.rare_word() for _ in range(1 + int(writer.luck() * 5))),
        "and": lambda: " AND ".join(some(chosen())),
        "phrase": lambda: '"' + " ".join(some(chosen())) + '"',
        "prefix": lambda: long_word()[:4] + "*",
        "fuzzy": lambda: long_word() + "~1",
    }
    for name, make in kinds.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.writelines(make() + "\n" for _ in range(QUERIES))


def jobs(folder, build):
    """(name, command, standard input): in this order; one needs what another made."""
    index = os.path.join(folder, "index")
    indexer = os.path.join(build, "indexer", "ark-index")
    searcher = os.path.join(build, "searcher", "ark-search")
    bench = os.path.join(build, "tests", "bench", "ark_bench")
    single = ["-j1"] if "--jobs" in subprocess.run([indexer, "--help"], capture_output=True,
                                                   text=True, check=True).stdout else []
    of = [indexer, "--config=/dev/null", "-q", "-i", index, *single]
    yield "index", [*of, os.path.join(folder, "a.jsonl")], ""
    yield "add", [*of, os.path.join(folder, "b.jsonl")], ""
    for kind in ("or", "and", "phrase", "prefix", "fuzzy"):
        yield kind, [bench, index], f"ark 10 {os.path.join(folder, kind)}\n"
    yield "or-100", [bench, index], f"ark 100 {os.path.join(folder, 'or')}\n"
    with open(os.path.join(folder, "or"), encoding="utf-8") as lines:
        first = next(lines).strip()
    yield "search", [searcher, "--config=/dev/null", "-i", index, "-n", "10", first], ""


def instructions(command, text, out):
    done = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no",
                           f"--cachegrind-out-file={out}", *command], input=text,
                          capture_output=True, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
    if done.returncode != 0:
        raise SystemExit(f"guard: {command[0]} failed:\n{done.stderr}")
    with open(out, encoding="utf-8") as lines:
        return int(next(re.findall(r"[0-9]+", line)[0] for line in lines
                        if line.startswith("summary:")))


def top(out, count):
    """The functions that take most, as cg_annotate has them."""
    done = subprocess.run(["cg_annotate", "--auto=no", out], capture_output=True, text=True)
    rows = re.findall(r"^ *([0-9,]+) \( ?([0-9.]+%)\) +(\S.*)$", done.stdout, re.MULTILINE)
    return [f"    {share:>6} {os.path.basename(name)}" for _, share, name in rows[1:count + 1]]


def read_record():
    """{job: instructions}"""
    if not os.path.exists(RECORD):
        return {}
    with open(RECORD, encoding="utf-8") as lines:
        rows = [line.split(None, 2) for line in lines if line.strip() and not line.startswith("#")]
    return {row[0]: int(row[1]) for row in rows}


def write_record(counted, why):
    """New figures with the reason; figures that stand keep theirs."""
    before = {}
    if os.path.exists(RECORD):
        with open(RECORD, encoding="utf-8") as lines:
            before = {line.split()[0]: line for line in lines if line.strip() and line[0] != "#"}
    with open(RECORD, "w", encoding="utf-8") as file:
        file.write("# Instructions of the jobs of guard.py and why they are so many; "
                   "written by guard.py --record.\n")
        for name, count in counted.items():
            old = before.get(name)
            keep = old is not None and abs(count / int(old.split()[1]) - 1) < 0.001
            file.write(old if keep else f"{name:8} {count:12} {why}\n")


def compare(name, count, recorded):
    """One line about a job; whether it is no worse than recorded."""
    before = recorded.get(name)
    if before is None:
        return f"{name:8} {count:12} not on record", False
    growth = count / before - 1
    line = f"{name:8} {count:12} {growth:+.2%} of {before}"
    if growth > GROWTH_MAX:
        return line + f": over +{GROWTH_MAX:.0%}", False
    return line + (": put the gain on record" if growth < -GROWTH_MAX else ""), True


def main():
    options = arguments()
    if not shutil.which("valgrind"):
        print("guard: passed over, valgrind is not installed")
        return SKIPPED
    recorded, counted, good = read_record(), {}, True
    with tempfile.TemporaryDirectory(prefix="ark-guard-") as folder:
        writer = Writer()
        texts = writer.corpus(os.path.join(folder, "a.jsonl"), 0, DOCUMENTS)
        writer.corpus(os.path.join(folder, "b.jsonl"), DOCUMENTS, NEW_DOCUMENTS)
        write_queries(folder, writer, texts)
        out = os.path.join(folder, "counts")
        for name, command, text in jobs(folder, os.path.abspath(options.build)):
            counted[name] = instructions(command, text, out)
            line, ok = compare(name, counted[name], recorded)
            good = good and ok
            print("\n".join([line, *top(out, options.top)]), flush=True)
    if options.record:
        write_record(counted, options.record)
        return 0
    if not good:
        print("guard: more instructions than on record. Mend it, or put the new figure on record in "
              "the same commit:\n    tests/bench/guard.py --record REASON")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
