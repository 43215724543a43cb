#!/usr/bin/env python3
"""Measures of one run, or of two and their difference.

    evaluate.py QRELS RUN [OTHER_RUN]      add --topics for a line a topic

RUN is in the TREC format that `ark-search --format=trec` prints. QRELS has lines of TREC (topic 0
document grade) or BEIR (topic document grade, with or without a header).
"""

import argparse

import collection
import measures


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("qrels")
    parser.add_argument("run", nargs="+", help="one run, or two to compare: the second is the base")
    parser.add_argument("--topics", action="store_true", help="nDCG@10 of every topic")
    parser.add_argument("--permutations", type=int, default=20000)
    parser.add_argument("--resamples", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if len(options.run) > 2:
        parser.error("one run or two")
    return options


def main():
    options = arguments()
    qrels = collection.read_qrels(options.qrels)
    runs = []
    for path in options.run:
        with open(path, encoding="utf-8") as lines:
            runs.append(measures.read_run(lines))
    topics = measures.judged_topics(qrels)
    print(f"{len(topics)} topics")
    for name in measures.MEASURES:
        values = [measures.per_topic(run, qrels, name) for run in runs]
        line = f"{name:8}" + "".join(f" {measures.mean(v):.4f}" for v in values)
        if len(values) == 2:
            differences = [a - b for a, b in zip(*values)]
            p = measures.randomisation_p([differences], options.permutations, options.seed)
            low, high = measures.bootstrap_interval([differences], options.resamples, options.seed)
            line += f"  {measures.mean(differences):+.4f} [{low:+.4f}, {high:+.4f}] p={p:.5f}"
        print(line)
    if options.topics:
        rows = [measures.per_topic(run, qrels, "nDCG@10") for run in runs]
        for topic, *values in zip(topics, *rows):
            print(topic, *(f"{value:.4f}" for value in values), sep="\t")


if __name__ == "__main__":
    main()
