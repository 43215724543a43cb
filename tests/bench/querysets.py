"""Sets of queries: drawn at run time from the corpus itself, or read from a file.

Words are runs of Arabic letters without marks that are no stop word of ark: the other systems, but
for Lucene, have no such list and would pay for words that nobody asks about. The sets that are
drawn, each query from one random document:

    mix      one to five words from anywhere in it, joined by OR
    and      two to four words of a passage of 30, joined by AND
    phrase   two to four words in a row
    prefix   the first four or five letters of a longer word, without article (with it, it is
             no beginning that anybody would ask for, and ark refuses what stands for over 1024 forms)
    fuzzy    a word of five letters or more with one letter changed
"""

import random
import re

from corpus import LETTERS

_MARKS = re.compile("[\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_WORD = re.compile("[\u0621-\u063a\u0641-\u064a]{2,}")
_ARTICLE = re.compile("[وفبكل]?(ال|لل)")
KINDS = {"mix": "or", "and": "and", "phrase": "phrase", "prefix": "prefix", "fuzzy": "fuzzy"}


def read_stop_words(path):
    with open(path, encoding="utf-8") as lines:
        return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def words_of(text, stop_words):
    return [w for w in _WORD.findall(_MARKS.sub("", text)) if w not in stop_words]


def _runs(text, stop_words):
    """Longest runs of words with only blanks between, no stop word inside."""
    run = []
    for piece in _MARKS.sub("", text).split():
        if _WORD.fullmatch(piece) and piece not in stop_words:
            run.append(piece)
        else:
            if len(run) > 1:
                yield run
            run = []
    if len(run) > 1:
        yield run


class Drawer:
    """Draws queries from documents, with a seed."""

    def __init__(self, documents, stop_words, seed):
        self.random = random.Random(seed)
        self.texts = documents
        self.stop_words = stop_words

    def _words(self):
        return words_of(self.random.choice(self.texts), self.stop_words)

    def mix(self):
        words = self._words()
        number = self.random.randint(1, 5)
        return self.random.sample(words, number) if len(words) >= number else None

    def and_(self):
        words = self._words()
        start = self.random.randrange(max(1, len(words) - 29))
        passage = list(dict.fromkeys(words[start:start + 30]))
        number = self.random.randint(2, 4)
        return self.random.sample(passage, number) if len(passage) >= number else None

    def phrase(self):
        runs = list(_runs(self.random.choice(self.texts), self.stop_words))
        if not runs:
            return None
        run = self.random.choice(runs)
        number = min(len(run), self.random.randint(2, 4))
        start = self.random.randrange(len(run) - number + 1)
        return run[start:start + number]

    def prefix(self):
        words = [word for word in self._words() if len(word) > 5 and not _ARTICLE.match(word)]
        return [self.random.choice(words)[:self.random.randint(4, 5)]] if words else None

    def fuzzy(self):
        words = self._words()
        word = self.random.choice(words) if words else ""
        place = self.random.randrange(1, len(word)) if len(word) >= 5 else 0
        return [word[:place] + self.random.choice(LETTERS) + word[place + 1:]] if place else None

    def draw(self, name, count):
        make = self.and_ if name == "and" else getattr(self, name)
        found = []
        for _ in range(100 * count):
            query = make()
            if query:
                found.append(query)
            if len(found) == count:
                return found
        raise ValueError(f"the corpus gives no {count} queries of the kind {name}")


def read_file(path, stop_words, count, seed):
    """Queries of a file, one a line, stop words left out; a random choice of count."""
    with open(path, encoding="utf-8") as lines:
        queries = [words_of(line, stop_words) for line in lines]
    queries = [query for query in queries if query]
    return random.Random(seed).sample(queries, count) if len(queries) > count else queries


def for_ark(kind, words):
    """The query as ark-query(7) has it."""
    if kind == "phrase":
        return '"' + " ".join(words) + '"'
    if kind == "prefix":
        return words[0] + "*"
    if kind == "fuzzy":
        return words[0] + "~1"
    return (" AND " if kind == "and" else " ").join(words)
