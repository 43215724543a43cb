#!/usr/bin/env python3
"""Which words an analyzer takes for one: ark's levels, Lucene's ArabicAnalyzer, Snowball.

    lexical.py --levels PROGRAM [--write FILE] [--show N] [LIST...]

LIST is a file of lines "word TAB key...", or a folder with pud-lemmas.tsv (word, lemma, ...) and
golden-stems.tsv (word, stem, root); without one, the environment variable ARK_LEXICAL names it.
"""

import argparse
import collections
import datetime
import os
import sys

import systems

SKIPPED = 77
# File in a folder: (column of the key, what the key is called).
KEYS = {"pud-lemmas.tsv": [(1, "lemma")], "golden-stems.tsv": [(1, "stem"), (2, "root")]}
WORDS_SHOWN = 12
LEVELS = ("form", "light", "stem", "skeleton")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lists", nargs="*", metavar="LIST")
    parser.add_argument("--levels", required=True, help="the program tests/quality/levels of a build")
    parser.add_argument("--write", metavar="FILE", help="write the tables there too")
    parser.add_argument("--show", type=int, default=0, metavar="N",
                        help="print the N largest groups that are wrongly joined and wrongly parted")
    return parser.parse_args()


def find_lists(places):
    """Yields (title, {(word, key)}) of every list found."""
    for place in places or filter(None, [os.environ.get("ARK_LEXICAL")]):
        names = [place]
        if os.path.isdir(place):
            names = [os.path.join(place, n) for n in KEYS if os.path.exists(os.path.join(place, n))]
        for path in names:
            for column, what in KEYS.get(os.path.basename(path), [(1, "key")]):
                yield f"{os.path.basename(path)}, {what}", read_pairs(path, column)


def read_pairs(path, column):
    with open(path, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if line.strip()]
    return {(row[0], row[column]) for row in rows if len(row) > column and row[0] and row[column]}


def pairs_of(count):
    return count * (count - 1) // 2


def joined_pairs(items, term):
    """Pairs of different words that fall together: (of one key, of different keys).

    Counted by groups, since there are tens of millions of pairs. A word listed under several keys
    is no pair with itself.
    """
    groups = collections.Counter(term[word] for word, _ in items)
    same = collections.Counter((term[word], key) for word, key in items)
    itself = collections.Counter(word for word, _ in items)
    of_one_key = sum(map(pairs_of, same.values()))
    everything = sum(map(pairs_of, groups.values())) - sum(map(pairs_of, itself.values()))
    return of_one_key, everything - of_one_key


def figures(items, term):
    """Shares: same-key pairs joined, different-key pairs kept apart, right among those joined."""
    everything = {word: "" for word, _ in items}
    same, different = joined_pairs(items, everything)
    right, wrong = joined_pairs(items, term)
    return right / same, 1 - wrong / different, right / (right + wrong) if right + wrong else 1.0


def ark_levels(program, words):
    """{level: {word: term}}. A stem counts inside its family only, as in ark."""
    rows = [line.split("\t") for line in systems.lines_for([program], words)]
    levels = {name: {w: row[i] for w, row in zip(words, rows)} for i, name in enumerate(LEVELS)}
    levels["stem"] = {w: row[3] + " " + row[2] for w, row in zip(words, rows)}
    return {f"ark, {name}": terms for name, terms in levels.items()}


def other_analyzers(words):
    found = {}
    for system, label in ((systems.Lucene(), "Lucene ArabicAnalyzer"), (systems.Xapian(), "Snowball")):
        reason = system.missing()
        if reason:
            print(f"skipped: {label}: {reason}", file=sys.stderr)
        else:
            found[label] = dict(zip(words, system.terms(words)))
    return found


def groups_by(items, term):
    groups = collections.defaultdict(set)
    for word, key in items:
        groups[term(word, key)].add((word, key))
    return groups


def show_faults(label, items, term, count):
    """The largest groups of words joined under several keys, and keys whose words are parted."""
    joined = sorted((len({key for _, key in group}), name, group)
                    for name, group in groups_by(items, lambda w, k: term[w]).items())
    parted = sorted((len({term[word] for word, _ in group}), name, group)
                    for name, group in groups_by(items, lambda w, k: k).items())
    for what, rows in (("joins", joined), ("parts", parted)):
        for size, name, group in rows[::-1][:count]:
            words = sorted(word for word, _ in group)
            print(f"{label} {what} {size}: {name}: " + " ".join(words[:WORDS_SHOWN]))


def main():
    options = arguments()
    lists = list(find_lists(options.lists))
    if not lists:
        print("skipped: no word list; give one, or name their folder in ARK_LEXICAL", file=sys.stderr)
        return SKIPPED
    lines = ["# Words taken for one", "",
             f"Written by `tests/quality/lexical.py` on {datetime.date.today().isoformat()}; "
             "tests/quality/README.md says what the figures mean.", ""]
    for title, items in lists:
        words = sorted({word for word, _ in items})
        analyzers = {**ark_levels(options.levels, words), **other_analyzers(words)}
        lines += [f"## {title}", "", f"{len(words)} words, {len({k for _, k in items})} keys.", "",
                  "| analyzer | same joined | different kept apart | right among the joined |",
                  "| --- | ---: | ---: | ---: |"]
        for label, term in analyzers.items():
            joined, apart, right = figures(items, term)
            lines.append(f"| {label} | {joined:.1%} | {apart:.3%} | {right:.1%} |")
            if options.show:
                show_faults(label, items, term, options.show)
        lines.append("")
    text = "\n".join(lines)
    print(text)
    if options.write:
        with open(options.write, "w", encoding="utf-8") as file:
            file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
