"""Tables of what was measured, in Markdown.

Of a set of queries: median, 95th and 99th percentile and mean over its queries, each the median of
the rounds. A ratio is formed in each round, on the queries both systems answered, and given as
median (least-greatest) of the rounds: the machine may be faster in one round than in another, but
it is so for both.
"""

import math
import os
import re
import statistics


def percentile(values, share):
    """Nearest rank."""
    ordered = sorted(values)
    # 0.99 * 100 is a little over 99 in binary.
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


FIGURES = {"p50": lambda v: percentile(v, 0.5), "p95": lambda v: percentile(v, 0.95),
           "p99": lambda v: percentile(v, 0.99), "mean": statistics.fmean}


def number(value):
    """Three digits, no exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |",
             "| --- " + "| ---: " * (len(head) - 1) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def ratio(one, other, figure):
    """one / other, round by round: median and spread."""
    of = FIGURES[figure]
    count = min(len(one[0]), len(other[0]))
    ratios = [of(a[:count]) / of(b[:count]) for a, b in zip(one, other)]
    return statistics.median(ratios), min(ratios), max(ratios)


def ratio_cell(one, other, figure):
    middle, low, high = ratio(one, other, figure)
    return f"{number(middle)} ({number(low)}-{number(high)})"


def index_rows(results):
    for name, rounds in results["index"].items():
        middle = {key: statistics.median(r[key] for r in rounds) for key in rounds[0]}
        yield [name, number(results["bytes"] / 1e6 / middle["cpu"]), number(middle["cpu"]),
               number(middle["wall"]), number(middle["rss"] / 1e6), number(middle["size"] / 1e6),
               number(middle["size"] / results["bytes"])]


def query_rows(name, kind, depth, systems):
    ark = next(iter(systems))
    for system, found in systems.items():
        rounds = found["rounds"]
        cells = [number(statistics.median(of(r) for r in rounds) / 1e3) for of in FIGURES.values()]
        asked = len(rounds[0])
        yield [f"{name}, {depth}", system, str(asked), *cells,
               *(["", ""] if system == ark else
                 [ratio_cell(systems[ark]["rounds"], rounds, f) for f in ("mean", "p99")]),
               number(found["hits"])]


def cold_rows(cold):
    ark = cold[next(iter(cold))]
    for name, found in cold.items():
        wall, cpu = found["wall"], found["cpu"]
        yield [name, str(len(wall)), number(percentile(wall, 0.5) / 1e6), number(min(wall) / 1e6),
               number(percentile(cpu, 0.5) / 1e6),
               number(percentile(ark["cpu"], 0.5) / percentile(cpu, 0.5))]


def store_rows(results):
    for name, found in results["store"].items():
        before, after = found["before"], found["after"]
        yield [name, number(before["stored_bytes"] / 1e6), number(before["file_bytes"] / 1e6),
               number(after["file_bytes"] / 1e6),
               f"{after['file_bytes'] / after['stored_bytes']:.3f}", number(found["passage"] * 1e6)]


def section(results):
    """The tables of one corpus."""
    lines = [f"{results['bytes'] / 1e6:.0f} MB, {results['documents']} documents. "
             f"{results['machine']}. Rounds: {results['rounds']}.", ""]
    lines += [f"- {name}: {what}" for name, what in results["systems"].items()]
    lines += ["", *table(["index", "MB a CPU second", "CPU s", "wall s", "peak MB", "index MB",
                          "index / text"], index_rows(results))]
    if results["queries"]:
        rows = [row for entry in results["queries"] for row in query_rows(*entry)]
        lines += ["", "Queries, in one warm process: µs of processor time.", "",
                  *table(["set, k", "system", "queries", *FIGURES, "ark / it, mean", "ark / it, p99",
                          "hits a query"], rows)]
    if results["cold"]:
        lines += ["", "One query in a new process, until ten documents are printed: ms.", "",
                  *table(["process", "runs", "wall p50", "wall least", "CPU p50", "ark / it, CPU"],
                         cold_rows(results["cold"]))]
    if results["store"]:
        lines += ["", *table(["file", "payload MB", "file MB", "after --compact", "of payload",
                              "a passage, µs"], store_rows(results))]
    return "\n".join(lines) + "\n"


def put(path, name, text):
    """Puts the tables between the marks of that corpus, which are added when absent."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    old = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            old = file.read()
    new = f"{begin}\n{text}{end}"
    if begin in old:
        pattern = re.escape(begin) + ".*?" + re.escape(end)
        old = re.sub(pattern, lambda _: new, old, flags=re.DOTALL)
    else:
        old = f"{old}\n## {name}\n\n{new}\n".lstrip("\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write(old)
