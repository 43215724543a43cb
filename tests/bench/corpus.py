"""Corpora for the benchmark: read, cut down or grown to a size, and handed on as every system wants them.

A corpus is JSON Lines with the members id, title, text. Growing follows what text of one kind does
when there is more of it:

- A new document takes over the length of a random document of the source. Its clauses (runs of
  about twelve words, cut at punctuation where there is any) come from BLEND random documents, so
  pairs of words and the way a word comes again in a document stay what they were.
- Rare words of the source (seen at most RARE times) are slots, filled by Simon's process (Simon
  1955, "On a class of skew distribution functions"): with the probability that Heaps' law gives at
  this size a new word is made up; else, mostly, the filling of an earlier slot comes again, so words
  grow in proportion to how often they were seen; else the source's own word stays. The share of new
  words among tokens, and its fall with size, is measured on the source (two points of its growth
  curve give Heaps' K and beta).
- A made-up word is a rare word with two inner letters changed to others: its clitics and endings
  stay, so a stemmer has the same work.

The seed makes all of it repeatable. A corpus smaller than the source is a random choice of whole
documents, in their order.
"""

import json
import math
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "quality"))
import collection  # noqa: E402  (of tests/quality)

CLAUSE_WORDS = 12
BLEND = 4
RARE = 2
LETTERS = "بتثجحخدرزسشصضطظعغفقكلمنهي"
_TOKEN = re.compile(r"[^\W\d_]+")
_CLAUSE = re.compile(r"(?:\S+\s+){0,%d}\S+(?:\s+|$)" % (CLAUSE_WORDS - 1))


def records(path):
    with collection.open_lines(path) as lines:
        for line in lines:
            if line.strip():
                record = json.loads(line)
                yield record["id"], record.get("title") or "", record["text"]


def write_record(file, doc_id, title, text):
    line = json.dumps({"id": doc_id, "title": title, "text": text}, ensure_ascii=False) + "\n"
    file.write(line)
    return len(line.encode())


class Source:
    """The documents of a corpus in memory, with what growing needs to know of them."""

    def __init__(self, path):
        self.documents = []
        counts = {}
        curve = []  # (tokens, words) after each document
        tokens = 0
        self.bytes = 0
        for doc_id, title, text in records(path):
            self.documents.append((doc_id, title, text))
            self.bytes += len(json.dumps([doc_id, title, text], ensure_ascii=False).encode()) + 24
            for word in _TOKEN.findall(text):
                counts[word] = counts.get(word, 0) + 1
                tokens += 1
            curve.append((tokens, len(counts)))
        self.tokens = tokens
        self.rare = {word for word, count in counts.items() if count <= RARE}
        self.words = counts.keys()
        rare_tokens = sum(counts[word] for word in self.rare)
        self.rare_share = rare_tokens / max(tokens, 1)
        (n1, v1), (n2, v2) = curve[len(curve) // 2], curve[-1]
        self.beta = math.log(v2 / v1) / math.log(n2 / n1) if n2 > n1 and v2 > v1 else 0.5
        self.heaps_k = v2 / n2 ** self.beta
        self.clauses = [_CLAUSE.findall(text) for _, _, text in self.documents]

    def share_of_new(self, tokens):
        """Heaps' law: how probable it is that the next token is a word not seen before."""
        return self.heaps_k * self.beta * tokens ** (self.beta - 1)


class Grower:
    def __init__(self, source, seed):
        self.source, self.random = source, random.Random(seed)
        self.tokens = source.tokens
        self.known = set(source.words)
        self.filled = []  # what slots were filled with, token by token

    def _coin(self, word):
        """A word of the same build that nobody has used."""
        first = max(1, len(word) // 2 - 1)
        coined = word
        while coined in self.known:
            inner = self.random.choice(LETTERS) + self.random.choice(LETTERS)
            coined = word[:first] + inner + word[first + 2:]
            word += self.random.choice(LETTERS) if self.random.random() < 0.1 else ""
        self.known.add(coined)
        return coined

    def _fill(self, match):
        word = match.group()
        if word not in self.source.rare:
            return word
        source = self.source
        luck = self.random.random() * source.rare_share
        new = source.share_of_new(self.tokens)
        if luck < new or not self.filled:
            word = self._coin(word)
        elif luck < new + (source.rare_share - new) * (1 - source.tokens / self.tokens):
            word = self.filled[int(self.random.random() * len(self.filled))]
        self.filled.append(word)
        return word

    def document(self):
        """Title and text of a new document."""
        source, rand = self.source, self.random
        _, title, model = source.documents[rand.randrange(len(source.documents))]
        parts = [source.clauses[rand.randrange(len(source.clauses))] for _ in range(BLEND)]
        parts = [part for part in parts if part]
        wanted, size, out = len(model), 0, []
        while parts and size < wanted:
            part = parts[rand.randrange(len(parts))]
            # Two or three clauses in a row, as a paragraph has.
            start = rand.randrange(len(part))
            for clause in part[start:start + 3]:
                out.append(_TOKEN.sub(self._fill, clause))
                size += len(clause)
                self.tokens += CLAUSE_WORDS
        return title, "".join(out).rstrip()


def sample(source, path, size, seed):
    """A random choice of documents of about that many bytes, in their order."""
    rand = random.Random(seed)
    share = size / source.bytes
    with open(path, "w", encoding="utf-8") as file:
        return sum(write_record(file, *document) for document in source.documents
                   if rand.random() < share)


def grow(source, path, size, seed):
    """The source and as many new documents as the size needs."""
    grower = Grower(source, seed)
    with open(path, "w", encoding="utf-8") as file:
        written = sum(write_record(file, *document) for document in source.documents)
        number = 0
        while written < size:
            number += 1
            title, text = grower.document()
            written += write_record(file, f"grown-{number}", title, text)
    return written


def build(source_path, path, size, seed):
    """Writes a corpus of about size bytes (None: as large as the source) to path."""
    if size is None:
        with open(path, "w", encoding="utf-8") as file:
            return sum(write_record(file, *record) for record in records(source_path))
    source = Source(source_path)
    return (sample if size <= source.bytes else grow)(source, path, size, seed)


def flatten(corpus_path, path):
    """Lines "id TAB title and text" for the systems that do not read JSON."""
    with open(path, "w", encoding="utf-8") as file:
        for doc_id, title, text in records(corpus_path):
            file.write(doc_id + "\t" + " ".join(f"{title} {text}".split()) + "\n")
