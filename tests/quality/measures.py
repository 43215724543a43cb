"""Measures of a ranking, and how sure a difference between two rankings is.

Standard library only. A run is {topic: [document, ...]}, best first; judgements
are {topic: {document: grade}}. A topic counts when it has a document with a
grade above 0; a topic the run has no answer to counts as 0.
"""

import math
import random

# Differences become whole multiples of this, so that sums do not depend on their order and
# "at least as large as observed" is exact.
_GRAIN = 1 << 40


def read_run(lines):
    """A run from TREC lines (topic, Q0, document, rank, score, tag), ordered by the rank column.

    Scores are not looked at: printed scores tie where the program's own did not.
    """
    ranked = {}
    for number, line in enumerate(lines, 1):
        fields = line.split()
        if len(fields) != 6:
            raise ValueError(f"line {number} of the run has {len(fields)} fields, not 6")
        ranked.setdefault(fields[0], []).append((int(fields[3]), fields[2]))
    return {topic: unrepeated(doc for _, doc in sorted(rows)) for topic, rows in ranked.items()}


def unrepeated(documents):
    """The documents in order, each at its best place only."""
    return list(dict.fromkeys(documents))


def ndcg(ranking, grades, k):
    """Normalised discounted cumulative gain with linear gain: grade / log2(rank + 1).

    Järvelin and Kekäläinen, 2002, "Cumulated gain-based evaluation of IR techniques", with the
    discount from rank 1 on, as trec_eval has it.
    """
    gained = sum(max(grades.get(doc, 0), 0) / math.log2(i + 2) for i, doc in enumerate(ranking[:k]))
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    return gained / sum(grade / math.log2(i + 2) for i, grade in enumerate(best))


def reciprocal_rank(ranking, grades, k):
    """1 / rank of the first relevant document, 0 if there is none in the first k."""
    for i, doc in enumerate(ranking[:k]):
        if grades.get(doc, 0) > 0:
            return 1 / (i + 1)
    return 0.0


def recall(ranking, grades, k):
    """The share of the relevant documents that stand in the first k."""
    relevant = sum(grade > 0 for grade in grades.values())
    return sum(grades.get(doc, 0) > 0 for doc in ranking[:k]) / relevant


def average_precision(ranking, grades, k):
    """Precision at each relevant document of the first k, averaged over all relevant documents."""
    found = 0
    total = 0.0
    for i, doc in enumerate(ranking[:k]):
        if grades.get(doc, 0) > 0:
            found += 1
            total += found / (i + 1)
    return total / sum(grade > 0 for grade in grades.values())


# Name in tables: function and depth.
MEASURES = {
    "nDCG@10": (ndcg, 10),
    "MRR@10": (reciprocal_rank, 10),
    "R@100": (recall, 100),
    "MAP@100": (average_precision, 100),
}


def judged_topics(qrels):
    """The topics that count, in a fixed order."""
    return sorted(t for t, grades in qrels.items() if any(g > 0 for g in grades.values()))


def per_topic(run, qrels, name):
    """The named measure of every topic that counts, in the order of judged_topics."""
    function, k = MEASURES[name]
    return [function(run.get(topic, []), qrels[topic], k) for topic in judged_topics(qrels)]


def mean(values):
    return math.fsum(values) / len(values)


def _whole(strata):
    """Differences of all strata as whole numbers whose sum is the mean of the strata's means."""
    return [[round(d / len(values) / len(strata) * _GRAIN) for d in values] for values in strata]


def randomisation_p(strata, permutations, seed):
    """Two-sided p-value of the mean of the strata's mean differences, under random exchange.

    Each stratum (a collection; often there is one) is a list with one difference a topic. If the
    two systems were alike, each difference might as well have the other sign. The p-value is the
    share of random sign assignments that give a sum at least as far from 0, the observed one
    counted in (Smucker, Allan and Carterette, 2007, "A comparison of statistical significance tests
    for information retrieval evaluation"; the +1 after Phipson and Smyth, 2010). So it is never
    below 1 / (permutations + 1).

    Signs come eight at a time: a byte of the generator picks one of 256 sums made beforehand.
    """
    values = [d for stratum in _whole(strata) for d in stratum if d != 0]
    observed = abs(sum(values))
    tables = [_subset_sums(values[i:i + 8]) for i in range(0, len(values), 8)]
    total = sum(values)
    generator = random.Random(seed)
    extreme = 1
    for _ in range(permutations):
        drawn = generator.randbytes(len(tables))
        kept = sum([table[byte] for table, byte in zip(tables, drawn)])
        extreme += abs(2 * kept - total) >= observed
    return extreme / (permutations + 1)


def _subset_sums(values):
    """256 sums: of the values whose bit is set in the index. Fewer than 8 values repeat."""
    sums = [0]
    for value in values:
        sums += [value + other for other in sums]
    return sums * (256 // len(sums))


def bootstrap_interval(strata, resamples, seed, level=0.95):
    """Percentile bootstrap interval of the mean of the strata's mean differences.

    Topics are drawn with replacement inside each stratum (Efron and Tibshirani, 1993, "An
    Introduction to the Bootstrap", section 13.3).
    """
    generator = random.Random(seed)
    whole = _whole(strata)
    means = sorted(sum(sum(generator.choices(values, k=len(values))) for values in whole)
                   for _ in range(resamples))
    cut = int((1 - level) / 2 * resamples)
    return means[cut] / _GRAIN, means[resamples - 1 - cut] / _GRAIN
