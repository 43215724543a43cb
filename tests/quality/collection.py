"""Test collections on disk: documents, topics, judgements, in the layouts found in the wild.

Plain layout: docs.jsonl, topics.tsv (id, tab, text), qrels.txt (TREC).
BEIR and MIRACL layout: corpus.jsonl, queries.jsonl (or topics.tsv, queries.tsv),
qrels/SPLIT.tsv or qrels.tsv. Documents may be packed: .zst (needs the zstd program), .gz, .xz.
"""

import contextlib
import gzip
import json
import lzma
import os
import shutil
import subprocess

ID_KEYS = ("_id", "id", "docid")
TEXT_KEYS = ("text", "body", "contents")
_PACKED = ("", ".zst", ".gz", ".xz")


class Unusable(Exception):
    """The folder is no collection that can be read here; the text says why."""


class Collection:
    """One folder. Documents are read again at each walk, never held."""

    def __init__(self, folder, split=None):
        self.name = os.path.basename(os.path.abspath(folder))
        self.documents_path = _first(folder, [n + p for n in ("docs.jsonl", "corpus.jsonl")
                                              for p in _PACKED], "documents")
        topics = _first(folder, ["topics.tsv", "queries.jsonl", "queries.tsv"], "topics")
        splits = [split] if split else ["test", "dev", "train"]
        qrels = _first(folder, ["qrels.txt"] * (not split) + [f"qrels/{s}.tsv" for s in splits] +
                       ["qrels.tsv"], "judgements")
        self.qrels = read_qrels(qrels)
        every = read_topics(topics)
        self.topics = {t: every[t] for t in every if any(g > 0 for g in self.qrels.get(t, {}).values())}
        if not self.topics:
            raise Unusable(f"no topic has a relevant document: {folder}")
        self.qrels = {t: self.qrels[t] for t in self.topics}

    def documents(self):
        """Yields (id, title, text) of every document; line breaks as they stand."""
        with open_lines(self.documents_path) as lines:
            for line in lines:
                if line.strip():
                    record = json.loads(line)
                    yield (_value(record, ID_KEYS), record.get("title") or "",
                           _value(record, TEXT_KEYS))

    def id_key(self):
        """The name under which the records keep their identifier."""
        with open_lines(self.documents_path) as lines:
            record = json.loads(next(lines))
            return next(key for key in ID_KEYS if key in record)

    def stamp(self):
        """What tells this state of the documents and topics from another."""
        info = os.stat(self.documents_path)
        return [self.name, info.st_size, info.st_mtime_ns, sorted(self.topics.items())]


def _value(record, keys):
    for key in keys:
        if key in record:
            return str(record[key])
    raise Unusable(f"a record has none of the members {', '.join(keys)}")


def _first(folder, names, what):
    for name in names:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            return path
    raise Unusable(f"no {what} ({', '.join(dict.fromkeys(names))}): {folder}")


@contextlib.contextmanager
def open_lines(path):
    """The lines of a text file, unpacked by its ending."""
    if path.endswith(".zst"):
        if not shutil.which("zstd"):
            raise Unusable(f"the program zstd is needed (Debian package zstd): {path}")
        process = subprocess.Popen(["zstd", "-dcq", "--long=27", path], stdout=subprocess.PIPE)
        with process, process.stdout as packed:
            yield (line.decode("utf-8") for line in packed)
    else:
        unpack = {".gz": gzip.open, ".xz": lzma.open}.get(os.path.splitext(path)[1], open)
        with unpack(path, "rt", encoding="utf-8", newline="\n") as lines:
            yield lines


def read_topics(path):
    """{id: text}, from lines "id<TAB>text" or JSON records."""
    topics = {}
    with open_lines(path) as lines:
        for line in lines:
            if path.endswith(".jsonl"):
                record = json.loads(line)
                topics[_value(record, ID_KEYS)] = _value(record, ("text", "query"))
            elif line.strip():
                topic, text = line.rstrip("\r\n").split("\t", 1)
                topics[topic] = text
    # One line each: what follows goes through files of lines.
    return {topic: " ".join(text.split()) for topic, text in topics.items()}


def read_qrels(path):
    """{topic: {document: grade}}, from lines of four fields (TREC) or three (BEIR)."""
    qrels = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            fields = line.split()
            if not fields or (number == 1 and not fields[-1].lstrip("-").isdigit()):
                continue  # a blank line, or BEIR's header
            if len(fields) not in (3, 4):
                raise Unusable(f"line {number} has {len(fields)} fields, not 3 or 4: {path}")
            qrels.setdefault(fields[0], {})[fields[-2]] = int(fields[-1])
    return qrels
