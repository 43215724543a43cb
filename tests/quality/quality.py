#!/usr/bin/env python3
"""How well ark ranks, beside Lucene, SQLite FTS5 and Xapian, on test collections.

    quality.py [--ark BUILD] [--write FILE] [COLLECTION...]

COLLECTION is a folder as collection.py describes, or a folder of such folders; without one, the
environment variable ARK_COLLECTIONS names it. README.md tells more.
"""

import argparse
import datetime
import hashlib
import json
import os
import re
import shlex
import sys
import tempfile

import collection
import measures
import sections
import systems

SKIPPED = 77
SHOWN = ("nDCG@10", "MRR@10", "R@100", "MAP@100")
MAIN = "nDCG@10"
RECALL = "R@100"
MEAN = "mean"

# What ark has to show against Lucene (differences).
BAR_EACH = 0.025
BAR_MEAN = 0.045
BAR_RECALL = -0.005
BAR_P = 0.01
BAR_P_TOPICS = 200


def arguments():
    parser = argparse.ArgumentParser(
        description="Ranking quality of ark beside other search systems.",
        epilog="Exit status: 0, 1 when --bars is given and one is missed, 77 when there is nothing to do.")
    parser.add_argument("collections", nargs="*", metavar="COLLECTION")
    parser.add_argument("--ark", action="append", metavar="[NAME=]BUILD",
                        help="a build folder or prefix with the programs (default build/release); "
                        "again, with names, to compare builds")
    parser.add_argument("--systems", default="lucene,fts5,xapian", metavar="LIST",
                        help="what stands beside ark (default %(default)s); also fts5-words, "
                        "xapian-default, xapian-lucene")
    parser.add_argument("--base", default="lucene", help="differences are to this (default %(default)s)")
    parser.add_argument("--split", help="which judgements of a BEIR folder, such as test")
    parser.add_argument("--runs", metavar="DIR", help="keep all runs here; those of the systems "
                        "beside ark are used again while nothing they depend on changed")
    parser.add_argument("--scratch", metavar="DIR", help="where indexes are made and removed")
    parser.add_argument("--write", metavar="FILE", help="write the table there too")
    parser.add_argument("--last", metavar="FILE", help="an earlier such table (default: --write's)")
    parser.add_argument("--bars", action="store_true", help="fail when ark misses a bar")
    parser.add_argument("--permutations", type=int, default=20000)
    parser.add_argument("--resamples", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def note(text):
    print(text, file=sys.stderr, flush=True)


def find_collections(options):
    """The collections named, or those inside the folders named."""
    places = options.collections or list(filter(None, [os.environ.get("ARK_COLLECTIONS")]))
    found = []
    for place in places:
        inner = sorted(entry.path for entry in os.scandir(place)
                       if entry.is_dir()) if os.path.isdir(place) else []
        try:
            found.append(collection.Collection(place, options.split))
            continue
        except (collection.Unusable, OSError) as error:
            reason = str(error)
        before = len(found)
        for folder in inner:
            try:
                found.append(collection.Collection(folder, options.split))
            except collection.Unusable as error:
                note(f"skipped: {error}")
        if len(found) == before:
            note(f"skipped: {reason}")
    return found


def find_systems(options):
    """The systems that can run here, ark's builds first."""
    wanted = []
    for given in options.ark or ["build/release"]:
        name, _, build = given.rpartition("=")
        wanted.append(systems.Ark(build, name or "ark"))
    for name in filter(None, options.systems.split(",")):
        system = systems.make(name)
        if system is None:
            raise SystemExit(f"no system is called {name}")
        wanted.append(system)
    usable = []
    for system in wanted:
        reason = system.missing()
        if reason:
            note(f"skipped: {system.name}: {reason}")
        else:
            usable.append(system)
    return usable


def kept_path(system, coll, options):
    """Where a run is kept; None when runs are not. Other settings or documents, other name."""
    if not options.runs:
        return None
    state = ""
    if system.identity():
        what = json.dumps([system.identity(), coll.stamp(), systems.DEPTH])
        state = "." + hashlib.sha256(what.encode()).hexdigest()[:12]
    return os.path.join(options.runs, f"{coll.name}.{system.name}{state}.run")


def make_run(system, coll, options):
    """The run of a system: kept from before, or made anew."""
    path = kept_path(system, coll, options)
    if path and system.identity() and os.path.exists(path):
        with open(path, encoding="utf-8") as lines:
            return measures.read_run(lines)
    note(f"{coll.name}: {system.name}")
    with tempfile.TemporaryDirectory(dir=options.scratch, prefix="ark-quality-") as scratch:
        run = system.run(coll, scratch)
    if path:
        os.makedirs(options.runs, exist_ok=True)
        with open(path + ".part", "w", encoding="utf-8") as file:
            for topic, docs in run.items():
                for i, doc in enumerate(docs, 1):
                    file.write(f"{topic} Q0 {doc} {i} {1 / i:.6f} {system.name}\n")
        os.replace(path + ".part", path)
    return run


class Comparison:
    """The measures of all systems on all collections."""

    def __init__(self, colls, names, options):
        self.colls, self.names, self.options = colls, names, options
        self.values = {}  # (collection, system, measure): a value a topic

    def add(self, coll, name, run):
        for measure in SHOWN:
            self.values[coll.name, name, measure] = measures.per_topic(run, coll.qrels, measure)

    def strata(self, coll_name):
        """The collections that a row of the table speaks of."""
        return [c.name for c in self.colls] if coll_name == MEAN else [coll_name]

    def mean(self, coll_name, name, measure):
        return measures.mean([measures.mean(self.values[c, name, measure])
                              for c in self.strata(coll_name)])

    def differences(self, coll_name, name, measure):
        return [[a - b for a, b in zip(self.values[c, name, measure],
                                       self.values[c, self.options.base, measure])]
                for c in self.strata(coll_name)]

    def difference(self, coll_name, name, measure):
        """Difference to the base, its 95 % interval, p."""
        strata = self.differences(coll_name, name, measure)
        low, high = measures.bootstrap_interval(strata, self.options.resamples, self.options.seed)
        p = measures.randomisation_p(strata, self.options.permutations, self.options.seed)
        return measures.mean([measures.mean(s) for s in strata]), low, high, p

    def topics(self, coll_name):
        return sum(len(self.values[c, self.names[0], MAIN]) for c in self.strata(coll_name))


def cell(value, sign=""):
    """A number as tables of this field have it: .7431, +.0204."""
    return re.sub(r"^([+-]?)0\.", r"\1.", f"{value:{sign}.4f}")


def p_cell(p, permutations):
    least = 1 / (permutations + 1)
    return f"<{2 * least:.4f}".replace("<0.", "<.") if p <= least else f"{p:.4f}".lstrip("0")


def read_last(path):
    """{(collection, system): nDCG@10} of a table written before."""
    last = {}
    if path and os.path.exists(path):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                cells = [c.strip() for c in line.strip().strip("|").split("|")]
                if len(cells) >= 4 and re.fullmatch(r"[01]?\.[0-9]{4}", cells[3]):
                    last[cells[0], cells[2]] = float(cells[3])
    return last


def table(comparison, last):
    """The lines of the table, Markdown; and (collection, system): (difference, p)."""
    base = comparison.options.base
    with_base = base in comparison.names
    head = ["collection", "topics", "system", *SHOWN, "last time"]
    if with_base:
        head += [f"{MAIN} − {base}", "95 % interval", "p", f"{RECALL} − {base}", "95 % interval", "p"]
    lines = [head, ["---"] * 3 + ["---:"] * (len(head) - 3)]
    differences = {}
    rows = [c.name for c in comparison.colls] + [MEAN] * (len(comparison.colls) > 1)
    for row in rows:
        for name in comparison.names:
            before = last.get((row, name))
            now = comparison.mean(row, name, MAIN)
            cells = [row, str(comparison.topics(row)), name]
            cells += [cell(comparison.mean(row, name, measure)) for measure in SHOWN]
            cells.append("" if before is None else cell(now - before, "+"))
            if with_base and name != base:
                for measure in (MAIN, RECALL):
                    value, low, high, p = comparison.difference(row, name, measure)
                    differences[row, name, measure] = (value, p)
                    cells += [cell(value, "+"), f"{cell(low, '+')} to {cell(high, '+')}",
                              p_cell(p, comparison.options.permutations)]
            elif with_base:
                cells += [""] * 6
            lines.append(cells)
    return ["| " + " | ".join(cells) + " |" for cells in lines], differences


def bars(comparison, differences):
    """A line for each thing ark has to show; and whether all were met."""
    name = comparison.names[0]
    lines = []
    rows = [c.name for c in comparison.colls]
    for row in rows + [MEAN] * (len(rows) > 1):
        value, p = differences[row, name, MAIN]
        recall, _ = differences[row, name, RECALL]
        bar = BAR_MEAN if row == MEAN else BAR_EACH
        missed = []
        if value < bar:
            missed.append(f"{MAIN} {cell(value, '+')} is under {cell(bar, '+')}")
        if comparison.topics(row) >= BAR_P_TOPICS and p >= BAR_P:
            missed.append(f"p {p:.4f} is not under {BAR_P}")
        if row != MEAN and recall < BAR_RECALL:
            missed.append(f"{RECALL} {cell(recall, '+')} is under {cell(BAR_RECALL, '+')}")
        lines.append(f"- {row}: " + ("; ".join(missed) if missed else "met"))
    return lines, not any(not line.endswith(": met") for line in lines)


def report(comparison, described, last):
    """The whole text, and whether all bars were met."""
    options = comparison.options
    lines, differences = table(comparison, last)
    met = True
    text = ["# Ranking quality", "",
            f"Written by `tests/quality/quality.py` on {datetime.date.today().isoformat()}; "
            "tests/quality/README.md says what the figures mean.", "", "Made with", "",
            "    " + command_to_repeat(), "", "and these systems:", ""]
    text += [f"- {name}: {what}" for name, what in described.items()]
    text += ["", f"p: two-sided paired randomisation test, {options.permutations} permutations; "
             f"intervals: bootstrap over topics, {options.resamples} resamples; seed {options.seed}. "
             f"The row {MEAN} gives every collection the same weight. "
             f"“last time”: {MAIN} less that of the table this one replaced.", "", *lines, ""]
    if options.base == systems.Lucene.name and options.base in comparison.names:
        told, met = bars(comparison, differences)
        text += [f"Bars ({MAIN} over Lucene at least {cell(BAR_EACH, '+')} on each collection and "
                 f"{cell(BAR_MEAN, '+')} on the mean; p under {BAR_P} from {BAR_P_TOPICS} topics on; "
                 f"{RECALL} nowhere lower by more than {cell(-BAR_RECALL)}):", "", *told, ""]
    return "\n".join(text), met


def command_to_repeat():
    """This command; of absolute folders the last name only, the rest says nothing elsewhere."""
    words = ["tests/quality/quality.py"]
    for word in sys.argv[1:]:
        key, equals, value = word.rpartition("=")
        if os.path.isabs(value):
            value = ".../" + os.path.basename(value.rstrip("/"))
        words.append(key + equals + value)
    named = "ARK_COLLECTIONS=... " if "ARK_COLLECTIONS" in os.environ else ""
    return named + shlex.join(words)


def sections_of_others(path):
    """The sections that other programs wrote at the end of the file; "" for none."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return sections.kept(file.read())


def main():
    options = arguments()
    colls = find_collections(options)
    if not colls:
        note("skipped: no collection; give a folder, or name it in ARK_COLLECTIONS")
        return SKIPPED
    usable = find_systems(options)
    if not isinstance(usable[0] if usable else None, systems.Ark):
        return SKIPPED  # find_systems said why
    comparison = Comparison(colls, [s.name for s in usable], options)
    for coll in colls:
        for system in usable:
            comparison.add(coll, system.name, make_run(system, coll, options))
    described = {system.name: system.describe() for system in usable}
    text, met = report(comparison, described, read_last(options.last or options.write))
    print(text)
    if options.write:
        others = sections_of_others(options.write)
        with open(options.write, "w", encoding="utf-8") as file:
            file.write(text + others)
    return 1 if options.bars and not met else 0


if __name__ == "__main__":
    sys.exit(main())
