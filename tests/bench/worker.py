#!/usr/bin/env python3
"""The side of Xapian, SQLite FTS5 and Groonga in tests/bench: each call into them is one timed call.

    worker.py SYSTEM index PLACE        documents ("id TAB text") from stdin
    worker.py SYSTEM serve PLACE        jobs from stdin, "KIND K FILE"

FILE has a query a line, its words with blanks between; KIND is or, and, phrase, prefix, fuzzy. A
line on stdout answers a job: the number of hits of all queries, then the nanoseconds of each. The
clock is that of the thread's processor time, since others may use the machine. It runs from the
text of the query to the numbers and scores of the best K documents.
For FTS5 and Groonga, which have no Arabic stemmer, texts and queries come as stems.

A program of its own, because python3-xapian serves Debian's own interpreter only.
"""

import ctypes
import json
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "quality"))


class Unknown(Exception):
    """The system has no such kind of query."""


class Xapian:
    def __init__(self, place):
        import xapian
        import xapian_baseline
        self.xapian, self.baseline, self.place = xapian, xapian_baseline, place

    def index(self, lines):
        self.baseline.index(self.place, lines, whole=True)

    def open(self):
        database = self.xapian.Database(self.place)
        self.enquire = self.xapian.Enquire(database)
        self.parser = self.xapian.QueryParser()
        self.parser.set_stemmer(self.xapian.Stem("arabic"))
        self.parser.set_stemming_strategy(self.parser.STEM_ALL)
        self.parser.set_database(database)
        flags = ("FLAG_BOOLEAN", "FLAG_PHRASE", "FLAG_WILDCARD")
        self.flags = sum(getattr(self.parser, flag) for flag in flags)

    def query(self, kind, words):
        if kind not in ("or", "and", "phrase", "prefix"):
            raise Unknown
        if kind == "phrase":
            return '"' + " ".join(words) + '"'
        return words[0] + "*" if kind == "prefix" else f" {kind.upper()} ".join(words)

    def search(self, query, depth):
        self.enquire.set_query(self.parser.parse_query(query, self.flags))
        return self.enquire.get_mset(0, depth).size()


class Fts5:
    """The stems in a table without content, the texts in an ordinary one beside it."""

    def __init__(self, place):
        self.database = sqlite3.connect(place)
        self.database.execute("PRAGMA synchronous = OFF")

    def index(self, lines):
        self.database.execute("CREATE TABLE texts(id, text)")
        self.database.execute("CREATE VIRTUAL TABLE docs USING fts5(body, content='')")
        for row, line in enumerate(lines, 1):
            doc_id, text, stems = line.rstrip("\n").split("\t")
            self.database.execute("INSERT INTO texts(rowid, id, text) VALUES (?, ?, ?)",
                                  (row, doc_id, text))
            self.database.execute("INSERT INTO docs(rowid, body) VALUES (?, ?)", (row, stems))
        self.database.execute("INSERT INTO docs(docs) VALUES ('optimize')")
        self.database.commit()

    def open(self):
        pass

    def query(self, kind, words):
        if kind == "phrase":
            return '"' + " ".join(words) + '"'
        if kind == "prefix":
            return f'"{words[0]}"*'
        if kind not in ("or", "and"):
            raise Unknown
        return f" {kind.upper()} ".join(f'"{word}"' for word in words)

    def search(self, query, depth):
        ask = "SELECT rowid, rank FROM docs WHERE docs MATCH ? ORDER BY rank LIMIT ?"
        return len(self.database.execute(ask, (query, depth)).fetchall())


class Groonga:
    """Its C library; commands as its program reads them. Hits are scored by what it has: tf * idf."""

    def __init__(self, place):
        self.place = place
        self.library = ctypes.CDLL("libgroonga.so.0")
        self.library.grn_ctx_open.restype = ctypes.c_void_p
        for function in ("grn_db_create", "grn_db_open"):
            getattr(self.library, function).restype = ctypes.c_void_p
        self.library.grn_init()
        self.context = ctypes.c_void_p(self.library.grn_ctx_open(0))

    def command(self, text):
        text = text.encode()
        self.library.grn_ctx_send(self.context, text, len(text), 0)
        out, length, flags = ctypes.c_void_p(), ctypes.c_uint(), ctypes.c_int()
        self.library.grn_ctx_recv(self.context, ctypes.byref(out), ctypes.byref(length),
                                  ctypes.byref(flags))
        return ctypes.string_at(out.value, length.value)

    def index(self, lines):
        self.library.grn_db_create(self.context, self.place.encode(), None)
        self.command("table_create Docs TABLE_NO_KEY")
        self.command("column_create Docs id COLUMN_SCALAR ShortText")
        self.command("column_create Docs stems COLUMN_SCALAR|COMPRESS_ZSTD LongText")
        self.command("load --table Docs")
        comma = "["
        for line in lines:
            doc_id, _, stems = line.rstrip("\n").split("\t")
            self.command(comma + json.dumps({"id": doc_id, "stems": stems}, ensure_ascii=False))
            comma = ","
        self.command("]")
        # An index made after the records are there is Groonga's faster way.
        self.command("table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenDelimit")
        self.command("column_create Terms index COLUMN_INDEX|WITH_POSITION Docs stems")

    def open(self):
        self.library.grn_db_open(self.context, self.place.encode())

    def query(self, kind, words):
        if kind == "phrase":
            query = '"' + " ".join(words) + '"'
        elif kind == "prefix":
            query = words[0] + "*"
        elif kind in ("or", "and"):
            query = {"or": " OR ", "and": " "}[kind].join(words)
        else:
            raise Unknown
        return ('select Docs --match_columns "scorer_tf_idf(stems)" --query ' + quoted(query) +
                " --output_columns _id,_score --sort_keys -_score --cache no --limit ")

    def search(self, query, depth):
        answer = self.command(query + str(depth))
        if not answer.startswith(b"[[["):
            raise RuntimeError(f"groonga gives no answer to: {query}")
        return answer.count(b"],[") - 2  # the count of matches, the names of the columns, a row a hit


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def answer(system, kind, depth, path):
    with open(path, encoding="utf-8") as lines:
        try:
            queries = [system.query(kind, line.split()) for line in lines]
        except Unknown:
            return "unknown"
    hits, times = 0, []
    for query in queries:
        start = time.thread_time_ns()
        hits += system.search(query, depth)
        times.append(time.thread_time_ns() - start)
    return f"{hits} " + " ".join(map(str, times))


def main():
    name, task, place = sys.argv[1:]
    system = {"xapian": Xapian, "fts5": Fts5, "groonga": Groonga}[name](place)
    with open(0, encoding="utf-8", newline="\n") as lines:
        if task == "index":
            system.index(lines)
            return
        system.open()
        for job in lines:
            kind, depth, path = job.rstrip("\n").split(" ", 2)
            print(answer(system, kind, int(depth), path), flush=True)


if __name__ == "__main__":
    main()
