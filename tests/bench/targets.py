"""What ark is meant to reach on a corpus, beside what was found."""

import statistics

import report

# Sets whose targets are those of OR; AND and phrase have their own, the rest is the query
# language's: ahead of Xapian and FTS5.
OR_KIND, STRICT_KINDS = "or", ("and", "phrase")
PEERS = ("lucene", "xapian", "groonga", "fts5")


def row(what, wanted, found, met):
    return [what, wanted, found, "yes" if met else "**no**"]


def at_most(what, ratio, limit, beside=""):
    middle, low, high = ratio
    found = f"{report.number(middle)}× ({report.number(low)}-{report.number(high)}){beside}"
    return row(what, f"≤ {limit}×", found, middle <= limit)


def best_peer(systems, figure, among=PEERS):
    """The peer that is fastest by that figure; None when none took part."""
    of = report.FIGURES[figure]
    costs = {name: statistics.median(of(r) for r in systems[name]["rounds"])
             for name in among if name in systems}
    # Of those cut to their first queries, no figure of the whole set is known; they are slow.
    whole = max((len(systems[name]["rounds"][0]) for name in costs), default=0)
    costs = {name: cost for name, cost in costs.items()
             if len(systems[name]["rounds"][0]) == whole}
    return min(costs, key=costs.get) if costs else None


def query_rows(name, kind, depth, systems):
    ark = next(iter(systems))
    strict = kind == OR_KIND or kind in STRICT_KINDS
    among = PEERS if strict or kind == "fuzzy" else ("xapian", "fts5")
    for figure in ("mean", "p99"):
        peer = best_peer(systems, figure, among)
        if peer:
            ratio = report.ratio(systems[ark]["rounds"], systems[peer]["rounds"], figure)
            yield at_most(f"{name}, k = {depth}, {figure}", ratio, 0.5 if strict else 1, f" {peer}")


# Ways of searching the same index, in the same process: (way, other way, kind, depth, figure, limit).
YARDSTICKS = (
    ("windows", "maxscore", OR_KIND, 10, "mean", 0.25),
    ("windows", "maxscore", OR_KIND, 100, "mean", 0.25),
    ("plain", "light", OR_KIND, 10, "mean", 2.5),
    ("plain", "light", OR_KIND, 10, "p99", 2),
)
WORDS = {"windows": "stage 1", "maxscore": "MaxScore", "plain": "four levels",
         "light": "one light list a word"}


def yardstick_rows(name, kind, depth, systems):
    ark = next(iter(systems))
    for one, other, of_kind, of_depth, figure, limit in YARDSTICKS:
        names = [f"{ark}:{way}" for way in (one, other)]
        if (kind, depth) == (of_kind, of_depth) and all(n in systems for n in names):
            ratio = report.ratio(*(systems[n]["rounds"] for n in names), figure)
            yield at_most(f"{WORDS[one]} beside {WORDS[other]}, {name}, k = {depth}, {figure}",
                          ratio, limit)


def index_rows(results):
    index = {name: {key: statistics.median(r[key] for r in rounds) for key in rounds[0]}
             for name, rounds in results["index"].items()}
    ark = index[next(iter(index))]
    speed = results["bytes"] / 1e6 / ark["cpu"]
    yield row("indexing, MB a CPU second", "≥ 60", report.number(speed), speed >= 60)
    if "groonga" in index:
        ratio = index["groonga"]["cpu"] / ark["cpu"]
        yield row("indexing beside Groonga, CPU", "≥ 2×", f"{report.number(ratio)}×", ratio >= 2)
    jobs = [index.get(f"ark-j{count}") for count in (1, 2)]
    if all(jobs):
        ratio = jobs[0]["wall"] / jobs[1]["wall"]
        yield row("indexing, -j2 beside -j1, wall", "≥ 1.6×", f"{report.number(ratio)}×", ratio >= 1.6)
    if "lucene" in index:
        ratio = ark["size"] / index["lucene"]["size"]
        yield row("index with text beside Lucene's", "≤ 0.9×", f"{report.number(ratio)}×", ratio <= 0.9)


def process_rows(results):
    cold = results["cold"]
    if cold:
        ark = next(iter(cold.values()))
        wall = report.percentile(ark["wall"], 0.5) / 1e6
        least, cpu = min(ark["wall"]) / 1e6, report.percentile(ark["cpu"], 0.5) / 1e6
        yield row("a new process until ten passages are printed", "≤ 1.5 ms",
                  f"{report.number(wall)} ms (least {report.number(least)}, CPU {report.number(cpu)})",
                  wall <= 1.5)
        if "xapian" in cold:
            ratio = wall / (report.percentile(cold["xapian"]["wall"], 0.5) / 1e6)
            yield row("the same beside Xapian's quest", "≤ 0.5×", f"{report.number(ratio)}×",
                      ratio <= 0.5)
    for found in results["store"].values():
        after = found["after"]
        ratio = after["file_bytes"] / after["stored_bytes"]
        yield row("file after --compact beside payload", "≤ 1.03×", f"{ratio:.3f}×", ratio <= 1.03)
        return


def lines(results):
    """The table of targets of one corpus."""
    rows = [r for entry in results["queries"] for r in query_rows(*entry)]
    rows += [r for entry in results["queries"] for r in yardstick_rows(*entry)]
    rows += [*index_rows(results), *process_rows(results)]
    head = ["| target | wanted | found | met |", "| --- | --- | --- | --- |"]
    return head + ["| " + " | ".join(cells) + " |" for cells in rows]
