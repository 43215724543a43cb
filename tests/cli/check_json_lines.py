#!/usr/bin/env python3
"""Checks the answer of `ark-search --format=json` on standard input against its contract.

Every line must be strict JSON with the members of its type, in order; spans must lie
on character boundaries of their text and cover what --words says; the passage of a
plain UTF-8 text file must stand in that file. Prints nothing when all is well.
"""

import argparse
import json
import re
import sys
from pathlib import Path

MEMBERS = {
    "query": ["type", "version", "query", "id"],
    "hit": ["type", "rank", "score", "doc", "path", "title", "title_spans", "date", "all_words",
            "snippets", "similar"],
    "summary": ["type", "documents", "all_words", "groups", "shown", "elapsed_us", "suggestions"],
}
SNIPPET = ["field", "start", "text", "spans"]
EXPLAIN = ["query", "level", "term", "weight", "tf", "df", "idf", "len", "avglen", "score"]
PROXIMITY = ["ordered", "near", "passage", "title"]
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def refuse(name):
    raise ValueError(f"not JSON: {name}")


def need(condition, what):
    if not condition:
        raise ValueError(what)


def lit(text, spans):
    """The words that spans cover; an error when a span is not inside the text."""
    data = text.encode("utf-8")
    end = 0
    words = []
    for first, last in spans:
        need(end <= first < last <= len(data), "spans do not ascend inside the text")
        words.append(data[first:last].decode("utf-8", "strict"))
        end = last
    return words


def check_start(hit, snippet):
    """A passage of a plain text file stands in the file where its start says."""
    path = Path(hit.get("path", ""))
    if path.suffix != ".txt" or not path.is_file():
        return
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return
    text = text.encode("utf-8")
    shown = snippet["text"].strip(ELLIPSIS).rstrip(ELLIPSIS)
    place = re.sub(r"\s+", " ", text[snippet["start"]:].decode("utf-8", "strict"))
    need(place.startswith(shown), f"start {snippet['start']} is not where the passage is: {path}")


def check_hit(hit):
    words = lit(hit["title"] or "", hit["title_spans"])
    scores = [similar["score"] for similar in hit["similar"]]
    need(scores == sorted(scores, reverse=True), "similar documents in another order")
    for similar in hit["similar"]:
        members = ["path" if name == "path_b64" else name for name in similar]
        need(members == ["doc", "path", "score"], f"members of similar: {members}")
    need(hit["date"] is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", hit["date"]), "date")
    for snippet in hit["snippets"]:
        need(list(snippet) == SNIPPET, "members of a snippet")
        words += lit(snippet["text"], snippet["spans"])
        check_start(hit, snippet)
    explain = hit.get("explain", [])
    need(all(list(line) == EXPLAIN for line in explain), "members of an explanation")
    if explain:
        proximity = hit["proximity"]
        need(list(proximity) == PROXIMITY, "members of the proximity")
        total = sum(line["score"] for line in explain) + sum(proximity.values())
        need(abs(total - hit["score"]) < 0.001, f"lines add up to {total}, not {hit['score']}")
    return words


def check_line(line, words):
    need(not HIDDEN.search(line), "a character that should be escaped")
    value = json.loads(line, parse_constant=refuse)
    kind = value["type"]
    members = [name for name in value if name not in ("explain", "proximity")]
    expected = [name for name in MEMBERS[kind]]
    if "path_b64" in value:
        expected[expected.index("path")] = "path_b64"
    need(members == expected, f"members of a {kind}: {members}")
    if kind == "hit":
        words += check_hit(value)
    return kind, value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--words", action="store_true", help="print every lit word")
    arguments = parser.parse_args()
    words = []
    hits = 0
    expected = "query"
    for number, raw in enumerate(sys.stdin.buffer.read().split(b"\n")[:-1], 1):
        try:
            kind, value = check_line(raw.decode("utf-8", "strict"), words)
            need(kind == expected or (expected == "hit" and kind == "summary"), f"order: {kind}")
            hits = 0 if kind == "query" else hits + 1
            if kind == "summary":
                need(value["shown"] == hits - 1, "number of hits shown")
                need(value["groups"] <= value["documents"], "groups")
            expected = "query" if kind == "summary" else "hit"
        except (ValueError, KeyError) as error:
            sys.exit(f"line {number}: {error}: {raw.decode('utf-8', 'replace')}")
    if expected != "query":
        sys.exit("no summary at the end")
    if arguments.words:
        print("\n".join(sorted(set(words))))


if __name__ == "__main__":
    main()
