#!/usr/bin/env python3
"""Measures ark and other search engines side by side on one corpus. README.md tells more.

    bench.py [--ark [NAME=]BUILD] [--size SIZE] --corpus FILE --work DIR [--write RESULTS.md]
"""

import argparse
import json
import os
import platform
import random
import shlex
import statistics
import subprocess
import sys

import corpus
import peers
import querysets
import report
import targets

SKIPPED = 77
OR_DEPTHS, OTHER_DEPTHS = (10, 100), (10, 100)
# A pass of a system over a set that would take longer (seconds) is cut to its first queries.
PASS_SECONDS_MAX = 1.5
QUERIES_MIN = 30
ROOT = os.path.join(corpus.HERE, "..", "..")


def arguments():
    parser = argparse.ArgumentParser(
        description="Measures ark and other search engines side by side on one corpus.",
        epilog=f"Debian packages of the others: {peers.PACKAGES}. What is missing is left out, "
        "with a sentence; nothing is installed.")
    parser.add_argument("--corpus", metavar="FILE", help="JSON Lines with the "
                        "members id, title, text; may be packed (.zst, .gz, .xz)")
    parser.add_argument("--size", metavar="SIZE", help="cut or grow the corpus to this, as 300M or 2G")
    parser.add_argument("--name", help="what to call the corpus (default: the file's name and size)")
    parser.add_argument("--work", default="build/bench-work", metavar="DIR", help="corpora and "
                        "indexes are made here, and used again (default %(default)s)")
    parser.add_argument("--ark", action="append", metavar="[NAME=]BUILD[,OPTION...]",
                        help="a build folder (default build/release); again, with names, to compare "
                        "builds; with options for ark-index only indexing is measured")
    parser.add_argument("--modes", default="", metavar="LIST", help="of ark_bench, beside ark: "
                        "plain, light, windows, maxscore, plan, ... (README.md)")
    parser.add_argument("--peers", default="lucene,xapian,groonga,fts5", metavar="LIST",
                        help="what stands beside ark (default %(default)s)")
    parser.add_argument("--stages", default="index,queries,cold,store", metavar="LIST",
                        help="what to measure (default %(default)s)")
    parser.add_argument("--sets", default="mix,and,phrase,prefix,fuzzy", metavar="LIST",
                        help="the sets to draw (default %(default)s)")
    parser.add_argument("--queries", action="append", default=[], metavar="FILE",
                        help="also a set of this file's lines, words joined by OR")
    parser.add_argument("--count", type=int, default=500, help="queries of a set (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="alternating (default %(default)s)")
    parser.add_argument("--index-rounds", type=int, default=1, help="likewise (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", metavar="FILE", help="put the tables into this file, in the "
                        "place of those of the same corpus")
    parser.add_argument("--show", metavar="FILE", help="measure nothing: the tables of the results.json "
                        "that an earlier run left in the corpus's folder")
    return parser.parse_args()


def note(text):
    print(text, file=sys.stderr, flush=True)


def read_size(text):
    unit = {"K": 10**3, "M": 10**6, "G": 10**9}.get(text[-1:].upper())
    return int(float(text[:-1]) * unit) if unit else int(text)


def find_systems(options):
    """The systems that can run here: builds of ark first, then its other modes, then the others."""
    arks = []
    for given in options.ark or ["build/release"]:
        place, *extra = given.split(",")
        name, _, build = place.rpartition("=")
        arks.append(peers.Ark(build, name or "ark", options=extra))
    wanted = arks + [arks[0].in_mode(mode) for mode in filter(None, options.modes.split(","))]
    for name in filter(None, options.peers.split(",")):
        if name not in peers.PEERS:
            raise SystemExit(f"no system is called {name}: {', '.join(peers.PEERS)}")
        wanted.append(peers.PEERS[name]())
    usable = []
    for system in wanted:
        reason = system.missing()
        if reason:
            note(f"left out: {system.name}: {reason}")
        else:
            usable.append(system)
    return usable


class Corpus:
    """A corpus in its folder, in every form a system reads, and the sets of queries drawn from it."""

    def __init__(self, options, levels):
        self.options, self.levels = options, levels
        size = read_size(options.size) if options.size else None
        base = os.path.basename(options.corpus).split(".")[0]
        self.name = options.name or base + (f"-{options.size}" if options.size else "")
        self.folder = os.path.join(os.path.abspath(options.work), self.name)
        self.path = os.path.join(self.folder, "corpus.jsonl")
        os.makedirs(self.folder, exist_ok=True)
        self._once("corpus.jsonl", lambda path: corpus.build(options.corpus, path, size, options.seed))
        self._once("docs.tsv", lambda path: corpus.flatten(self.path, path))
        self._once("stems.tsv", self._stem_documents)
        with open(os.path.join(self.folder, "docs.tsv"), "rb") as lines:
            self.documents = sum(1 for _ in lines)
        self.bytes = os.path.getsize(self.path)

    def _once(self, name, make):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            note(f"{self.name}: {name}")
            make(path + ".part")
            os.replace(path + ".part", path)
        return path

    def _stem_documents(self, path):
        """Lines "id TAB text TAB stems"."""
        docs = os.path.join(self.folder, "docs.tsv")
        command = (f"cut -f2 {shlex.quote(docs)} | {shlex.quote(self.levels)} | cut -f3 | "
                   f"paste {shlex.quote(docs)} - > {shlex.quote(path)}")
        subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True)

    def _sample(self, count):
        """The texts of a random choice of documents."""
        rand = random.Random(self.options.seed)
        chosen = set(rand.sample(range(self.documents), min(count, self.documents)))
        with open(os.path.join(self.folder, "docs.tsv"), encoding="utf-8", newline="\n") as lines:
            return [line.split("\t", 1)[1] for i, line in enumerate(lines) if i in chosen]

    def draw_sets(self, xapian):
        """[(name, kind, {form: path})]: the sets, written in every form."""
        stop_words = querysets.read_stop_words(os.path.join(ROOT, "data", "stop_words.txt"))
        drawer = querysets.Drawer(self._sample(3000), stop_words, self.options.seed)
        found = []
        for name in filter(None, self.options.sets.split(",")):
            found.append((name, querysets.KINDS[name], drawer.draw(name, self.options.count)))
        for path in self.options.queries:
            name = os.path.basename(path).split(".")[0]
            found.append((name, "or", querysets.read_file(path, stop_words, self.options.count,
                                                          self.options.seed)))
        return [(name, kind, self._write_set(name, kind, queries, xapian))
                for name, kind, queries in found]

    def _write_set(self, name, kind, queries, xapian):
        words = sorted({word for query in queries for word in query})
        done = subprocess.run([self.levels], input="".join(w + "\n" for w in words),
                              capture_output=True, text=True, check=True, encoding="utf-8")
        stem = {w: line.split("\t")[2].split(" ")[0]
                for w, line in zip(words, done.stdout.splitlines())}
        xapian_stem = dict(zip(words, xapian.stems(words))) if xapian else {}
        stems = [[stem[w] for w in query] for query in queries]
        forms = {
            "words": [" ".join(query) for query in queries],
            "first": [query[0] for query in queries],
            "stems": [" ".join(query) for query in stems],
            "ark": [querysets.for_ark(kind, query) for query in queries],
            "groonga": [" OR ".join(query) for query in stems],
            "xapian": [" ".join(xapian_stem.get(w, w) for w in query) for query in queries],
            "sql": ["SELECT id, substr(text, 1, 200) FROM texts, (SELECT rowid AS r FROM docs WHERE "
                    "docs MATCH '" + " OR ".join(f'"{w}"' for w in query) +
                    "' ORDER BY rank LIMIT 10) WHERE texts.rowid = r" for query in stems],
        }
        paths = {}
        for form, lines in forms.items():
            paths[form] = os.path.join(self.folder, f"set-{name}.{form}")
            with open(paths[form], "w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in lines)
        return paths


def kept_figures(coll, system):
    """Where the figures of an index stand, so that it need not be made again."""
    return os.path.join(coll.folder, f"figures-{system.name}.json")


def bases(usable):
    """One system for each index: the first that uses it."""
    found = {}
    for system in usable:
        found.setdefault(system.place(""), system)
    return list(found.values())


def measure_index(coll, usable, rounds, exec_time):
    """{system: [figures of each round]}; systems take turns."""
    figures = {}
    for turn in range(rounds):
        for system in bases(usable):
            note(f"{coll.name}: {system.name} indexes, round {turn + 1} of {rounds}")
            one = system.build(coll.folder, exec_time)
            one["size"] = system.size(coll.folder)
            figures.setdefault(system.name, []).append(one)
    for system in bases(usable):
        with open(kept_figures(coll, system), "w", encoding="utf-8") as file:
            json.dump(figures[system.name], file)
    return figures


def index_figures(coll, usable, options, exec_time):
    """Measured now, or those of the indexes that are there; what has no index gets one."""
    if "index" in options.stages.split(","):
        return measure_index(coll, usable, options.index_rounds, exec_time)
    absent = [s for s in bases(usable) if not os.path.exists(kept_figures(coll, s))]
    if absent:
        measure_index(coll, absent, 1, exec_time)
    figures = {}
    for system in bases(usable):
        with open(kept_figures(coll, system), encoding="utf-8") as file:
            figures[system.name] = json.load(file)
    return figures


def cut(path, count):
    """The first queries of a set, in a file of their own."""
    out = f"{path}.first-{count}"
    with open(path, encoding="utf-8") as lines, open(out, "w", encoding="utf-8") as file:
        file.writelines(line for _, line in zip(range(count), lines))
    return out


class Runner:
    """Lets the workers of all systems take turns on one set after the other."""

    def __init__(self, coll, usable):
        self.usable = [system for system in usable if not system.only_indexes]
        self.workers = {s.name: s.serve(coll.folder) for s in self.usable}

    def close(self):
        for worker in self.workers.values():
            worker.close()

    def _ask(self, system, kind, depth, path):
        if system.mode(kind) is None:
            return None
        return self.workers[system.name].ask(system.mode(kind), depth, path)

    def _affordable(self, system, kind, depth, path):
        """The set, or the first part of it that the system answers in PASS_SECONDS_MAX; None when it
        has no such kind of query."""
        tried = self._ask(system, kind, depth, cut(path, QUERIES_MIN))
        if tried is None:
            return None
        count = int(PASS_SECONDS_MAX / max(statistics.fmean(tried[1]) / 1e9, 1e-9))
        with open(path, encoding="utf-8") as lines:
            whole = sum(1 for _ in lines)
        return path if count >= whole else cut(path, max(QUERIES_MIN, count))

    def run(self, kind, depth, paths, rounds):
        """{system: {"hits": of a query, "rounds": [[ns of each query]]}}"""
        taking_part = {}
        for system in self.usable:
            path = self._affordable(system, kind, depth, paths[system.form(kind)])
            if path is None:
                continue
            for _ in range(system.warm_passes):
                hits, times = self._ask(system, kind, depth, path)
            taking_part[system.name] = (system, path,
                                        {"hits": hits / len(times), "rounds": []})
        for _ in range(rounds):
            for system, path, out in taking_part.values():
                out["rounds"].append(self._ask(system, kind, depth, path)[1])
        return {name: out for name, (_, _, out) in taking_part.items()}


def measure_queries(coll, usable, sets, options):
    """[(set, kind, depth, {system: ...})]"""
    runner, found = Runner(coll, usable), []
    try:
        for name, kind, paths in sets:
            for depth in OR_DEPTHS if kind == "or" else OTHER_DEPTHS:
                note(f"{coll.name}: {name}, the best {depth}")
                found.append((name, kind, depth, runner.run(kind, depth, paths, options.rounds)))
    finally:
        runner.close()
    return found


def cold_command(system, coll, exec_time, paths, rounds):
    cold = system.cold(coll.folder)
    if cold is None:
        return None
    form, command = cold
    return [exec_time, cut(paths[form], max(3, system.cold_runs // rounds)), *command]


def measure_cold(coll, usable, sets, options, exec_time):
    """{system: {"wall": [ns], "cpu": [ns]}}: a process a query, systems take turns."""
    paths = next(paths for name, kind, paths in sets if kind == "or")
    systems = [system for system in bases(usable) if not system.only_indexes]
    if peers.Ripgrep().missing() is None:
        systems.append(peers.Ripgrep())
    found = {}
    for turn in range(options.rounds):
        for system in systems:
            command = cold_command(system, coll, exec_time, paths, options.rounds)
            if command is None:
                continue
            note(f"{coll.name}: {system.name}, cold, round {turn + 1} of {options.rounds}")
            environment = dict(os.environ, ARK_CONFIG="/dev/null")
            # Once before: the kernel may have taken back pages of files while others ran.
            subprocess.run(command, capture_output=True, check=True, env=environment)
            done = subprocess.run(command, capture_output=True, text=True, check=True,
                                  env=environment)
            runs = [list(map(int, line.split())) for line in done.stdout.splitlines()]
            bad = [run for run in runs if run[3] not in (0, 1)]
            if bad:
                raise RuntimeError(f"{command[2]} ended with {bad[0][3]}: {shlex.join(command)}")
            of = found.setdefault(system.name, {"wall": [], "cpu": []})
            of["wall"] += [run[0] for run in runs]
            of["cpu"] += [run[1] for run in runs]
    return found


def cpu_of(exec_time, command):
    return peers.measured(exec_time, command)["cpu"]


def snippet_seconds(ark, coll, sets, exec_time):
    """Processor time of a passage: a batch with passages less the same without, by hit."""
    path = next(paths["ark"] for _, kind, paths in sets if kind == "or")
    batch = os.path.join(coll.folder, "batch.tsv")
    with open(path, encoding="utf-8") as lines, open(batch, "w", encoding="utf-8") as file:
        file.writelines(f"{number}\t{line}" for number, line in enumerate(lines))
    command = [ark.programs.search, "--config=/dev/null", "-i", ark.place(coll.folder),
               f"--queries={batch}", "-n", "10"]
    bare = subprocess.run([*command, "--format=trec"], capture_output=True, check=True)
    hits = bare.stdout.count(b"\n")
    differences = [cpu_of(exec_time, [*command, "--format=json"]) -
                   cpu_of(exec_time, [*command, "--format=trec"]) for _ in range(5)]
    return statistics.median(differences) / max(hits, 1)


def info(ark, coll):
    done = subprocess.run([ark.programs.index, "--config=/dev/null", "-i", ark.place(coll.folder),
                           "--info", "--format=json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def measure_store(coll, usable, sets, exec_time):
    """{ark: what its file holds, before and after --compact, and what a passage costs}"""
    found = {}
    for ark in bases(usable):
        if isinstance(ark, peers.Ark) and not ark.only_indexes:
            note(f"{coll.name}: {ark.name}, passages and --compact")
            passage = snippet_seconds(ark, coll, sets, exec_time)
            before = info(ark, coll)
            peers.quietly([ark.programs.index, "--config=/dev/null", "-q", "-i",
                           ark.place(coll.folder), "--compact"])
            found[ark.name] = {"passage": passage, "before": before, "after": info(ark, coll)}
    return found


def machine():
    """What this was measured on, in words that hold elsewhere."""
    model = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.machine())
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return (f"{model}, {os.cpu_count()} processors, {pages / 2**30:.0f} GiB of memory, "
            f"Linux {platform.release().split('-')[0]}")


def measure(coll, usable, programs, options):
    """All that was asked for, as it is written to results.json."""
    stages = options.stages.split(",")
    exec_time = os.path.join(programs, "exec_time")
    figures = index_figures(coll, usable, options, exec_time)
    xapian = next((s for s in usable if isinstance(s, peers.Xapian)), None)
    sets = coll.draw_sets(xapian) if set(stages) != {"index"} else []
    return {
        "corpus": coll.name, "bytes": coll.bytes, "documents": coll.documents,
        "machine": machine(), "rounds": options.rounds, "index": figures,
        "systems": {s.name: s.describe() for s in bases(usable)},
        "queries": measure_queries(coll, usable, sets, options) if "queries" in stages else [],
        "cold": measure_cold(coll, usable, sets, options, exec_time) if "cold" in stages else {},
        "store": measure_store(coll, usable, sets, exec_time) if "store" in stages else {},
    }


def measure_corpus(options):
    """The results, also left in the corpus's folder; None when there is nothing to measure."""
    if not options.corpus or not os.path.exists(options.corpus):
        note(f"skipped: no corpus: {options.corpus}")
        return None
    usable = find_systems(options)
    if not usable or not isinstance(usable[0], peers.Ark):
        return None  # find_systems said why
    programs = os.path.dirname(usable[0].bench)
    coll = Corpus(options, os.path.join(programs, "..", "quality", "levels"))
    for system in usable:
        if isinstance(system, peers.Lucene):
            system.prepare(coll.folder)
    results = measure(coll, usable, programs, options)
    with open(os.path.join(coll.folder, "results.json"), "w", encoding="utf-8") as file:
        json.dump(results, file)
    return results


def main():
    options = arguments()
    if options.show:
        with open(options.show, encoding="utf-8") as file:
            results = json.load(file)
    else:
        results = measure_corpus(options)
    if results is None:
        return SKIPPED
    text = report.section(results) + "\n" + "\n".join(targets.lines(results)) + "\n"
    print(text)
    if options.write:
        report.put(options.write, results["corpus"], text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
