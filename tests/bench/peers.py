"""The systems that are measured: how each is installed, fed, built, served and started cold.

A worker is a process that answers jobs "MODE K FILE" as worker.py and ark_bench.c say. Everything a
system keeps lies in its place inside the corpus's folder.
"""

import glob
import os
import shlex
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "quality"))
import systems  # noqa: E402  (of tests/quality)

WORKER = os.path.join(HERE, "worker.py")
JAVA_HEAP = "-Xmx2g"
WARM_PASSES = 2
LUCENE_WARM_PASSES = 60


def quietly(command, **more):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')[-500:]}")


def measured(exec_time, command, stdin=os.devnull):
    """Runs a command to its end; seconds of processor and clock, and the most memory it held."""
    shell = f"exec {shlex.join(command)} < {shlex.quote(stdin)}"
    done = subprocess.run([exec_time, "/dev/stdin", "sh", "-c", shell], input="once\n", text=True,
                          capture_output=True)
    if done.returncode != 0 or done.stdout.split()[3] not in ("0", "1"):
        raise RuntimeError(f"{command[0]}: {done.stderr[-500:]}")
    wall, cpu, rss, _ = map(int, done.stdout.split())
    return {"cpu": cpu / 1e9, "wall": wall / 1e9, "rss": rss}


def bytes_below(path):
    """What a file, or the files below a folder, hold on disk."""
    if os.path.isfile(path):
        return os.stat(path).st_blocks * 512
    return sum(os.lstat(os.path.join(folder, name)).st_blocks * 512
               for folder, _, names in os.walk(path) for name in names)


class Worker:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, encoding="utf-8")

    def ask(self, mode, depth, path):
        """(hits, nanoseconds of each query); None when the system has no such kind."""
        self.process.stdin.write(f"{mode} {depth} {path}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if line == "unknown\n":
            return None
        numbers = list(map(int, line.split()))
        if not numbers:
            raise RuntimeError(f"{self.process.args[:3]} gave no answer to {mode} {depth} {path}")
        return numbers[0], numbers[1:]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class System:
    name = ""
    queries = "words"  # which form of a set it reads: words, stems, ark
    documents = "docs.tsv"  # which form of the corpus it reads
    warm_passes = WARM_PASSES
    cold_runs = 100
    only_indexes = False  # its index is like another's: nothing is searched in it

    def missing(self):
        """Why it cannot run here, or None."""
        return None

    def place(self, folder):
        return os.path.join(folder, "index-" + self.name)

    def clear(self, folder):
        for path in glob.glob(glob.escape(self.place(folder)) + "*"):
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

    def size(self, folder):
        return sum(map(bytes_below, glob.glob(glob.escape(self.place(folder)) + "*")))

    def build(self, folder, exec_time):
        """Indexes the corpus; what measured() tells."""
        self.clear(folder)
        return measured(exec_time, self.build_command(folder), os.path.join(folder, self.documents))

    def mode(self, kind):
        """What its worker calls a kind of queries; None when it has no such kind."""
        return kind

    def form(self, kind):
        """The form of a set of that kind which it reads."""
        return self.queries

    def cold(self, folder):
        """(form of the queries, command) to ask one query in a new process; None if there is no way."""
        return None


# Modes of ark_bench that walk over lists and do nothing else.
WALKS = ("windows", "maxscore", "documents")


class Ark(System):
    """A build of ark; mode says how it searches (see ark_bench.c)."""

    queries = "ark"
    documents = "corpus.jsonl"
    cold_runs = 300

    def __init__(self, build, name, mode="ark", options=()):
        self.programs = systems.Ark(build, name)
        self.name, self.search_mode, self.options = name, mode, list(options)
        self.bench = os.path.join(build, "tests", "bench", "ark_bench")
        self.base = name
        self.only_indexes = bool(self.options)

    def in_mode(self, mode):
        """The same build and index, searched in another way."""
        other = Ark.__new__(Ark)
        other.__dict__.update(self.__dict__)
        other.search_mode, other.name = mode, f"{self.base}:{mode}"
        return other

    def place(self, folder):
        return os.path.join(folder, "index-" + self.base)

    def missing(self):
        if not os.access(self.bench, os.X_OK):
            return f"no program {self.bench}: build the target bench-programs"
        return self.programs.missing()

    def describe(self):
        return self.programs.describe()

    def build_command(self, folder):
        return [self.programs.index, "--config=/dev/null", "-q", "-i", self.place(folder),
                "--max-size=0", *self.options, os.path.join(folder, self.documents)]

    def serve(self, folder):
        return Worker([self.bench, self.place(folder)])

    def mode(self, kind):
        # The yardsticks know words only.
        return None if self.search_mode in WALKS and kind != "or" else self.search_mode

    def cold(self, folder):
        return "ark", [self.programs.search, "--config=/dev/null", "-i", self.place(folder), "-n",
                       "10", "{}"]


class Lucene(System):
    name = "lucene"
    warm_passes = LUCENE_WARM_PASSES
    cold_runs = 10

    def __init__(self):
        self.base = systems.Lucene()
        self.classes = None

    def missing(self):
        return self.base.missing() or (None if shutil.which("javac") else
                                       "no javac: install default-jdk-headless")

    def describe(self):
        return self.base.describe() + ", one segment"

    def prepare(self, folder):
        self.classes = os.path.join(folder, "classes")
        quietly(["javac", "-cp", self.base.classpath, "-d", self.classes, self.base.source,
                 os.path.join(HERE, "LuceneBench.java")], check=True)

    def command(self, *arguments):
        return ["java", JAVA_HEAP, "-cp", self.classes + ":" + self.base.classpath, "LuceneBench",
                *arguments]

    def build_command(self, folder):
        return self.command("index", self.place(folder))

    def serve(self, folder):
        return Worker(self.command("serve", self.place(folder)))

    def cold(self, folder):
        return "words", self.command("first", self.place(folder), "{}")


class Xapian(System):
    name = "xapian"

    def __init__(self):
        self.base = systems.Xapian()

    def missing(self):
        return self.base.missing()

    def describe(self):
        return f"Xapian {self.base.version}: arabic stemmer on all words, positions, BM25"

    def build_command(self, folder):
        return [self.base.python, WORKER, self.name, "index", self.place(folder)]

    def serve(self, folder):
        return Worker([self.base.python, WORKER, self.name, "serve", self.place(folder)])

    def stems(self, words):
        return self.base.terms(words)

    def form(self, kind):
        # It has stems only, and does not stem a word with a star.
        return "xapian" if kind == "prefix" else self.queries

    def cold(self, folder):
        if not shutil.which("quest"):
            return None
        return "xapian", ["quest", "-d", self.place(folder), "-m", "10", "-s", "none", "{}"]


class Stemmed(System):
    """A system without an Arabic stemmer, which is given ark's stems of Snowball."""

    queries = "stems"
    documents = "stems.tsv"

    def build_command(self, folder):
        return [sys.executable, WORKER, self.name, "index", self.place(folder)]

    def serve(self, folder):
        return Worker([sys.executable, WORKER, self.name, "serve", self.place(folder)])


class Fts5(Stemmed):
    name = "fts5"

    def missing(self):
        return systems.Fts5("fts5-words").missing()

    def describe(self):
        import sqlite3
        return f"SQLite {sqlite3.sqlite_version} FTS5: stems given, contentless table, bm25()"

    def cold(self, folder):
        if not shutil.which("sqlite3"):
            return None
        return "sql", ["sqlite3", self.place(folder), "{}"]


class Groonga(Stemmed):
    name = "groonga"

    def missing(self):
        return None if shutil.which("groonga") else "no groonga: install groonga-bin"

    def describe(self):
        version = systems.said_by(["groonga", "--version"]).split()[1]
        return f"Groonga {version}: stems given, TokenDelimit, scorer_tf_idf"

    def cold(self, folder):
        return "groonga", ["groonga", self.place(folder), "select", "Docs", "--match_columns",
                           "scorer_tf_idf(stems)", "--cache", "no", "--sort_keys", "-_score", "--query", "{}"]


class Ripgrep(System):
    """No index: it reads the corpus."""

    name = "ripgrep"
    cold_runs = 10

    def missing(self):
        return None if shutil.which("rg") else "no rg: install ripgrep"

    def describe(self):
        return systems.said_by(["rg", "--version"]) + ": counts lines that have the first word"

    def cold(self, folder):
        return "first", ["rg", "-c", "-F", "{}", os.path.join(folder, "corpus.jsonl")]


PEERS = {peer.name: peer for peer in (Lucene, Xapian, Fts5, Groonga)}
PACKAGES = ("liblucene8-java default-jdk-headless python3-xapian xapian-tools libsqlite3-0 sqlite3 "
            "groonga-bin ripgrep zstd")
