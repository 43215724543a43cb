#!/usr/bin/env python3
"""What the two stages of a search lose against scoring every document exactly.

    stages.py [--ark BUILD] [--write FILE] [COLLECTION...]

For each collection, and each way of searching (exactly; in two stages; as ark-search does, which
scores exactly where that is cheap): the share of the exact first ten hits that it has among its
own, nDCG@10, and the mean time of a query. COLLECTION as for quality.py. README.md tells more.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import measures
import quality
import sections
import systems

WAYS = ("exact", "stages", "auto")
DEPTH = 10
HEADING = "Two stages"


def arguments():
    parser = argparse.ArgumentParser(description="What the two stages of a search lose.")
    parser.add_argument("collections", nargs="*", metavar="COLLECTION")
    parser.add_argument("--ark", default="build/release", metavar="BUILD",
                        help="a build folder (default %(default)s)")
    parser.add_argument("--split", help="which judgements of a BEIR folder, such as test")
    parser.add_argument("--scratch", metavar="DIR", help="where indexes are made and removed")
    parser.add_argument("--write", metavar="FILE", help="write the table into RESULTS.md")
    return parser.parse_args()


def answer(program, index, topics, way):
    """The run in one way of searching, and the mean microseconds of a query."""
    done = subprocess.run([program, index, topics, way, str(DEPTH)], capture_output=True, text=True,
                          check=True)
    return measures.read_run(done.stdout.splitlines()), float(done.stderr)


def kept_share(exact, run):
    """The share of the documents of exact, over its topics, that the run has too."""
    shares = [len(set(docs) & set(run.get(topic, []))) / len(docs)
              for topic, docs in exact.items() if docs]
    return measures.mean(shares)


def compare(coll, ark, program, scratch):
    """{way: (share kept, nDCG@10, microseconds)} of one collection."""
    index = os.path.join(scratch, "index")
    ark.make_index(coll, index)
    topics = systems.write_topics(os.path.join(scratch, "topics"), coll.topics,
                                  systems.as_plain_words)
    runs = {way: answer(program, index, topics, way) for way in WAYS}
    exact = runs["exact"][0]
    return {way: (kept_share(exact, run), measures.mean(measures.per_topic(run, coll.qrels, "nDCG@10")),
                  time) for way, (run, time) in runs.items()}


def with_mean(results):
    """The results with a row more: their mean, every collection the same."""
    if len(results) < 2:
        return results
    mean = {way: tuple(measures.mean([of[way][i] for of in results.values()]) for i in range(3))
            for way in WAYS}
    return {**results, "mean": mean}


def table(results, times):
    """The results as lines; times, which depend on the machine, only on request."""
    heads = {way: ["nDCG@10"] if way == "exact" else ["top 10 kept", "nDCG@10"] for way in WAYS}
    columns = [f"{way}: {head}" for way in WAYS for head in heads[way] + ["µs"] * times]
    lines = ["| collection | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name, of in results.items():
        cells = []
        for way in WAYS:
            kept, ndcg, time = of[way]
            cells += [] if way == "exact" else [quality.cell(kept)[:4]]
            cells += [quality.cell(ndcg)] + [f"{time:.0f}"] * times
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main():
    options = arguments()
    colls = quality.find_collections(options)
    ark = systems.Ark(options.ark)
    program = os.path.join(options.ark, "tests", "quality", "modes")
    reason = ark.missing() or (not os.access(program, os.X_OK) and f"no program {program}")
    if reason or not colls:
        quality.note(f"skipped: {reason or 'no collection'}")
        return quality.SKIPPED
    results = {}
    for coll in colls:
        with tempfile.TemporaryDirectory(dir=options.scratch, prefix="ark-stages-") as scratch:
            results[coll.name] = compare(coll, ark, program, scratch)
    results = with_mean(results)
    print(table(results, times=True))
    if options.write:
        sections.write(options.write, HEADING, table(results, times=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
