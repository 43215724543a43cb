#!/usr/bin/env python3
"""Xapian with its Arabic stemmer and BM25, a base line of tests/quality.

    xapian_baseline.py FOLDER TOPICS DEPTH K1 B MIN   documents ("id TAB text") from stdin; prints a run
    xapian_baseline.py terms                         words from stdin, one a line; the stem of each
    xapian_baseline.py version

A program of its own, because python3-xapian serves Debian's own interpreter only.
"""

import sys

import xapian


def index(folder, lines, whole=False):
    """Indexes the documents; whole: with positions, and their text stored after the identifier."""
    database = xapian.WritableDatabase(folder, xapian.DB_CREATE | xapian.DB_NO_SYNC)
    generator = xapian.TermGenerator()
    generator.set_stemmer(xapian.Stem("arabic"))
    generator.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)
    for line in lines:
        doc_id, text = line.rstrip("\n").split("\t", 1)
        document = xapian.Document()
        document.set_data(line if whole else doc_id)
        generator.set_document(document)
        if whole:
            generator.index_text(text)
        else:
            generator.index_text_without_positions(text)
        database.add_document(document)
    database.commit()
    return database


def search(database, topics, depth, k1, b, min_length):
    enquire = xapian.Enquire(database)
    # k2 and k3 as in Xapian's default: no length bonus, each repetition of a query word counts.
    enquire.set_weighting_scheme(xapian.BM25Weight(k1, 0, 1, b, min_length))
    generator = xapian.TermGenerator()
    generator.set_stemmer(xapian.Stem("arabic"))
    generator.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)
    for line in topics:
        topic, text = line.rstrip("\n").split("\t", 1)
        # The generator cuts the topic as it cut the documents; QueryParser would read operators.
        words = xapian.Document()
        generator.set_document(words)
        generator.index_text_without_positions(text)
        clauses = [xapian.Query(word.term, word.wdf) for word in words.termlist()]
        enquire.set_query(xapian.Query(xapian.Query.OP_OR, clauses))
        for match in enquire.get_mset(0, depth):
            doc_id = match.document.get_data().decode()
            print(topic, "Q0", doc_id, match.rank + 1, f"{match.weight:.6f}", "xapian")


def main():
    if sys.argv[1] == "version":
        print(xapian.version_string())
        return
    if sys.argv[1] == "terms":
        stem = xapian.Stem("arabic")
        with open(0, encoding="utf-8", newline="\n") as lines:
            for line in lines:
                print(stem(line.rstrip("\n")).decode())
        return
    folder, topics, depth, *parameters = sys.argv[1:]
    with open(0, encoding="utf-8", newline="\n") as lines:
        database = index(folder, lines)
    with open(topics, encoding="utf-8", newline="\n") as lines:
        search(database, lines, int(depth), *map(float, parameters))


if __name__ == "__main__":
    main()
