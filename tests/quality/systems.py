"""The search systems that are compared. Each takes a collection and returns a run.

A system has a name, a line that describes it, and missing(): why it cannot run here, or None.
identity() changes when the system's answers may; runs of systems that have one are kept.
All of them see the same text: title, a blank, body, in one field; a topic is a bag of its words.
"""

import glob
import hashlib
import inspect
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import measures

HERE = os.path.dirname(os.path.abspath(__file__))
DEPTH = 100


def one_line(*texts):
    return " ".join(" ".join(texts).split())


def feed(pipe, collection):
    """Writes the documents as lines "id TAB text"."""
    with pipe:
        for doc_id, title, text in collection.documents():
            pipe.write(f"{doc_id}\t{one_line(title, text)}\n".encode())


def write_topics(path, topics, form=lambda text: text):
    with open(path, "w", encoding="utf-8") as file:
        for topic, text in topics.items():
            file.write(f"{topic}\t{form(text)}\n")
    return path


def source_stamp(name):
    with open(os.path.join(HERE, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def said_by(command):
    """The first line a command prints; None if it does not run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.partition("\n")[0].strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def run_with_documents(command, collection):
    """Runs a baseline program that reads documents on stdin and prints a run."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        feed(process.stdin, collection)
        run = measures.read_run(line.decode() for line in process.stdout)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return run


def lines_for(command, words):
    """The lines a program answers to the words, one each."""
    done = subprocess.run(command, input="".join(word + "\n" for word in words),
                          capture_output=True, text=True, check=True, encoding="utf-8")
    return done.stdout.split("\n")[:len(words)]


# What ark-query(7) gives a meaning to: a topic's own quotes, signs and brackets are text.
_SPECIAL = re.compile(r'[\\"«»“”„()|+\-=*~^:]')
_EDGE = r"[^\s،؛؟]"
_OPERATOR = re.compile(rf"(?<!{_EDGE})(?=(?:AND|OR|NOT|O?NEAR/[0-9]+)(?!{_EDGE}))")


def as_plain_words(text):
    """The query that means just the words of the text."""
    return _OPERATOR.sub(r"\\", _SPECIAL.sub(r"\\\g<0>", text))


class Ark:
    """The programs of one build, as anybody would run them."""

    def __init__(self, build, name="ark"):
        self.name = name
        self.index, self.search = (self._find(build, p) for p in ("ark-index", "ark-search"))

    @staticmethod
    def _find(build, program):
        places = [os.path.join(build, folder, program)
                  for folder in (program.removeprefix("ark-") + "er", "bin", ".")]
        return next((place for place in places if os.access(place, os.X_OK)), places[0])

    def missing(self):
        for program in (self.index, self.search):
            if not os.access(program, os.X_OK):
                return f"no program {program}: build it, or name the build folder with --ark"
        return None

    def describe(self):
        done = subprocess.run([self.search, "--version"], capture_output=True, text=True, check=True)
        return ", ".join(done.stdout.strip().splitlines())

    def identity(self):
        return None  # run anew each time

    def make_index(self, collection, index):
        """Indexes the documents; returns what ark-index said."""
        command = [self.index, "--config=/dev/null", "-q", "-i", index, "--max-size=0"]
        if collection.id_key() == "docid":
            command.append("--map=id=docid")
        done = subprocess.run(command + [collection.documents_path], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        return done.stderr

    def run(self, collection, scratch):
        index = os.path.join(scratch, "index")
        said = self.make_index(collection, index)
        topics = write_topics(os.path.join(scratch, "queries"), collection.topics, as_plain_words)
        command = [self.search, "--config=/dev/null", "-i", index, f"--queries={topics}",
                   "--format=trec", "-n", str(DEPTH)]
        answer = subprocess.run(command, capture_output=True, text=True)
        for line in (said + answer.stderr).splitlines():
            print(f"{self.name}: {collection.name}: {line}", file=sys.stderr)
        if answer.returncode not in (0, 1) and not answer.stdout:
            raise RuntimeError(f"{self.search} ended with {answer.returncode}")
        return measures.read_run(answer.stdout.splitlines())


class Lucene:
    """ArabicAnalyzer and BM25 with k1 1.2, b 0.75, from Debian's jars."""

    name = "lucene"
    source = os.path.join(HERE, "LuceneBaseline.java")

    def __init__(self, jars=os.environ.get("ARK_LUCENE_JARS", "/usr/share/java")):
        parts = ("lucene-core-", "lucene-analyzers-common-")
        found = [glob.glob(os.path.join(jars, part + "[0-9]*.jar")) for part in parts]
        self.classpath = ":".join(sorted(names)[-1] for names in found) if all(found) else None
        self._version = None

    def command(self, *arguments):
        return ["java", "-Xmx2g", "-cp", self.classpath, self.source, *arguments]

    def version(self):
        self._version = self._version or said_by(self.command("version"))
        return self._version

    def missing(self):
        if not self.classpath:
            return "no Lucene jars: install liblucene8-java, or name their folder in ARK_LUCENE_JARS"
        if not shutil.which("java") or not self.version():
            return "no Java compiler: install default-jdk-headless"
        return None

    def describe(self):
        return f"Lucene {self.version()}: ArabicAnalyzer, BM25Similarity(1.2, 0.75)"

    def identity(self):
        return [self.describe(), source_stamp("LuceneBaseline.java")]

    def run(self, collection, scratch):
        topics = write_topics(os.path.join(scratch, "topics"), collection.topics)
        command = self.command("search", os.path.join(scratch, "lucene"), topics, str(DEPTH))
        return run_with_documents(command, collection)

    def terms(self, words):
        """What the analyzer makes of each word."""
        return lines_for(self.command("terms"), words)


class Fts5:
    """SQLite's full-text search with its own bm25() and one of its tokenizers.

    None of them knows Arabic marks: with them kept, vowelled texts are all but lost (nDCG@10 below
    .001). So marks and tatweel are taken out for it.
    """

    TOKENIZERS = {"fts5": "trigram", "fts5-words": "unicode61 remove_diacritics 2"}
    _MARKS = re.compile("[\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")

    def __init__(self, name="fts5"):
        self.name = name
        self.tokenizer = self.TOKENIZERS[name]

    def missing(self):
        try:
            with sqlite3.connect(":memory:") as database:
                self._create(database)
        except sqlite3.Error as error:
            return f"SQLite without what is needed ({error}): install libsqlite3-0 3.34 or later"
        return None

    def _create(self, database):
        database.execute("CREATE VIRTUAL TABLE docs USING fts5("
                         f"id UNINDEXED, body, tokenize='{self.tokenizer}')")

    def describe(self):
        return (f"SQLite {sqlite3.sqlite_version} FTS5: tokenize = {self.tokenizer}, bm25(), "
                "words joined by OR, marks taken out beforehand")

    def identity(self):
        return [self.describe(), inspect.getsource(Fts5)]

    def run(self, collection, scratch):
        database = sqlite3.connect(os.path.join(scratch, "fts5.db"))
        database.execute("PRAGMA synchronous = OFF")
        self._create(database)
        rows = ((doc_id, self._MARKS.sub("", one_line(title, text)))
                for doc_id, title, text in collection.documents())
        database.executemany("INSERT INTO docs VALUES (?, ?)", rows)
        ask = "SELECT id FROM docs WHERE docs MATCH ? ORDER BY rank LIMIT ?"
        run = {}
        for topic, text in collection.topics.items():
            words = self._words(text)
            if words:
                query = " OR ".join(f'"{word}"' for word in words)
                run[topic] = [row[0] for row in database.execute(ask, (query, DEPTH))]
        database.close()
        return run

    def _words(self, text):
        words = re.findall(r"[^\W_]+", self._MARKS.sub("", text))
        return [w for w in words if len(w) > 2] if self.tokenizer == "trigram" else words


class Xapian:
    """Xapian with its Arabic stemmer."""

    # k1, b and the least normalised length: the best found, Xapian's own, as for Lucene.
    SETTINGS = {"xapian": ("1", "0.5", "0"), "xapian-default": ("1", "0.5", "0.5"),
                "xapian-lucene": ("1.2", "0.75", "0")}

    def __init__(self, name="xapian"):
        self.name = name
        self.parameters = self.SETTINGS[name]
        self.source = os.path.join(HERE, "xapian_baseline.py")
        candidates = dict.fromkeys((sys.executable, "/usr/bin/python3"))
        told = ((python, said_by([python, self.source, "version"])) for python in candidates)
        self.python, self.version = next((pair for pair in told if pair[1]), (None, None))

    def missing(self):
        return None if self.python else "no Python module xapian: install python3-xapian"

    def describe(self):
        k1, b, shortest = self.parameters
        return (f"Xapian {self.version}: arabic stemmer on all words, "
                f"BM25 (k1 {k1}, b {b}, min_normlen {shortest})")

    def identity(self):
        return [self.describe(), source_stamp("xapian_baseline.py")]

    def run(self, collection, scratch):
        topics = write_topics(os.path.join(scratch, "topics"), collection.topics)
        command = [self.python, self.source, os.path.join(scratch, "xapian"), topics, str(DEPTH),
                   *self.parameters]
        return run_with_documents(command, collection)

    def terms(self, words):
        """Snowball's stem of each word."""
        return lines_for([self.python, self.source, "terms"], words)


def make(name):
    """The baseline of that name; None if there is none."""
    if name in Fts5.TOKENIZERS:
        return Fts5(name)
    if name in Xapian.SETTINGS:
        return Xapian(name)
    return Lucene() if name == Lucene.name else None
