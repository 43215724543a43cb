#!/usr/bin/env python3
"""A life of an index: a base of documents and daily updates; what the updates cost, and what is left.

    life.py --build build/release --corpus CORPUS.jsonl --work DIR [--queries FILE] [--edited]

The base is the first 12,000 documents of the corpus, in files of a hundred; those of the updates
are drawn from the rest with a seed. A day brings a file of 100 to 500 documents, replaces ten in
each of five files and deletes four of each; --edited: 10 to 50, thirty, four. ark-index runs after
each day. Printed: processor time of the updates, bytes they wrote (to the index and to temporary
files), segments after an update on average and at the end, the share of dead documents, and the
processor time of a query (--queries: a set of bench.py's) at each quarter of the life.
The policy is indexer/tiers.c; other ratios and shares are measured by changing its constants.
"""

import argparse
import json
import random
import resource
import shutil
import subprocess
from pathlib import Path

SEED = 7
BASE = 12000
FILE_DOCUMENTS = 100
PASSES = 3


class Folder:
    """The documents as files of JSON Lines."""

    def __init__(self, path, lines):
        self.path, self.files, self.serial = path, {}, 0
        self.random = random.Random(SEED)
        self.pool = lines[BASE:]
        for start in range(0, BASE, FILE_DOCUMENTS):
            self.write(f"base{start:06}", [self.named(line) for line in lines[start:start + FILE_DOCUMENTS]])

    def named(self, line):
        """A document of the corpus under an id of its own: it may come twice."""
        self.serial += 1
        return {**json.loads(line), "id": f"d{self.serial}"}

    def write(self, name, documents):
        self.files[name] = documents
        text = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
        (self.path / f"{name}.jsonl").write_text(text, encoding="utf-8")

    def day(self, number, least, most, replaced):
        """One day's changes."""
        draw = self.random
        self.write(f"day{number:06}", [self.named(draw.choice(self.pool))
                                       for _ in range(draw.randint(least, most))])
        for name in draw.sample(sorted(self.files), 5):
            documents = self.files[name]
            for place in draw.sample(range(len(documents)), min(replaced, len(documents))):
                documents[place] = {**json.loads(draw.choice(self.pool)), "id": documents[place]["id"]}
            for _ in range(min(4, len(documents) - 1)):
                documents.pop(draw.randrange(len(documents)))
            self.write(name, documents)


def written():
    """Bytes that this process and its children have given to write(2)."""
    for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines():
        if line.startswith("wchar:"):
            return int(line.split()[1])
    raise OSError("no wchar in /proc/self/io")


def processor():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def query_us(program, index, queries):
    """Mean over the queries of the least of some passes."""
    jobs = f"ark 10 {queries}\n" * PASSES
    answer = subprocess.run([program, index], input=jobs, capture_output=True, text=True, check=True)
    passes = [[int(number) for number in line.split()[1:]] for line in answer.stdout.splitlines()]
    return sum(map(min, zip(*passes))) / len(passes[0]) / 1e3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="emptied first")
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--edited", action="store_true")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.work, ignore_errors=True)
    index, documents = arguments.work / "index", arguments.work / "documents"
    documents.mkdir(parents=True)
    with open(arguments.corpus, encoding="utf-8") as file:
        folder = Folder(documents, file.readlines())
    ark_index = [arguments.build / "indexer" / "ark-index", "-i", index, "-j1"]

    def update():
        before = processor(), written()
        subprocess.run([*ark_index, "-q", documents], check=True)
        return processor() - before[0], written() - before[1]

    update()
    cost = [0.0, 0]
    segments = dead = 0
    for number in range(1, arguments.days + 1):
        folder.day(number, *((10, 50, 30) if arguments.edited else (100, 500, 10)))
        seconds, size = update()
        cost = [cost[0] + seconds, cost[1] + size]
        info = json.loads(subprocess.run([*ark_index, "--info", "--format=json"],
                                         capture_output=True, check=True).stdout)
        segments += info["segments"]
        dead += info["dead"] / (info["documents"] + info["dead"])
        if arguments.queries and number * 4 % arguments.days == 0:
            program = arguments.build / "tests" / "bench" / "ark_bench"
            print(f"day {number}: {info['segments']} segments, "
                  f"{query_us(program, index, arguments.queries):.0f} us a query", flush=True)
    print(f"{cost[0]:.1f} s of processor time, {cost[1] / 1e6:.0f} MB written; "
          f"segments {segments / arguments.days:.2f}, at the end {info['segments']}; "
          f"dead {dead / arguments.days:.1%}; {info['stored_bytes'] / 1e6:.1f} MB in use")


if __name__ == "__main__":
    main()
