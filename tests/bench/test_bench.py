#!/usr/bin/env python3
"""Tests of the benchmark's own arithmetic: percentiles, ratios, grown corpora, query sets."""

import json
import os
import tempfile
import unittest

import corpus
import querysets
import report
import targets

LETTERS = corpus.LETTERS


def made_up_documents(count):
    """Documents whose words follow a Zipf-like law; the words are runs of letters, not language."""
    words = [a + b + c for a in LETTERS for b in LETTERS for c in LETTERS]
    documents, place = [], 1
    for number in range(count):
        text = []
        for _ in range(60):
            place = (place * 48271) % 2147483647
            text.append(words[int(len(words) ** (place / 2147483647)) - 1])
        documents.append((f"d{number}", "عنوان", " ".join(text)))
    return documents


def tokens_and_words(path):
    tokens, words = 0, set()
    for _, _, text in corpus.records(path):
        found = text.split()
        tokens += len(found)
        words.update(found)
    return tokens, len(words)


class Figures(unittest.TestCase):
    def test_percentiles_are_nearest_ranks(self):
        values = list(range(1, 101))
        self.assertEqual([report.percentile(values, s) for s in (0.5, 0.95, 0.99, 1.0)],
                         [50, 95, 99, 100])
        self.assertEqual(report.percentile([7], 0.5), 7)
        self.assertEqual(report.percentile([1, 2, 3], 0.5), 2)

    def test_a_ratio_is_formed_round_by_round(self):
        slow, fast = [[2, 4], [20, 40], [200, 400]], [[1, 2], [10, 20], [50, 100]]
        self.assertEqual(report.ratio(slow, fast, "mean"), (2, 2, 4))

    def test_a_ratio_takes_the_queries_both_answered(self):
        self.assertEqual(report.ratio([[1, 100]], [[2]], "mean"), (0.5, 0.5, 0.5))

    def test_tables_of_a_corpus_replace_their_own_only(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "R.md")
            for name, text in (("a", "one\n"), ("b", "two\n"), ("a", "three\n")):
                report.put(path, name, text)
            with open(path, encoding="utf-8") as file:
                text = file.read()
        self.assertNotIn("one", text)
        self.assertLess(text.index("three"), text.index("two"))


class Targets(unittest.TestCase):
    def systems(self, **rounds):
        return {name.replace("_", ":"): {"hits": 1, "rounds": found} for name, found in rounds.items()}

    def test_the_best_peer_is_the_fastest_by_that_figure(self):
        systems = self.systems(ark=[[1, 1]], lucene=[[4, 4]], xapian=[[1, 6]], fts5=[[1]])
        self.assertEqual(targets.best_peer(systems, "mean"), "xapian")
        self.assertEqual(targets.best_peer(systems, "p99"), "lucene")

    def test_a_peer_that_answered_some_queries_only_is_not_the_best(self):
        systems = self.systems(ark=[[1, 1]], lucene=[[4, 4]], fts5=[[1]])
        self.assertEqual(targets.best_peer(systems, "mean"), "lucene")

    def test_a_row_tells_what_was_found_and_whether_it_is_enough(self):
        systems = self.systems(ark=[[10, 10], [10, 10]], lucene=[[20, 20], [40, 40]])
        mean, p99 = targets.query_rows("mix", "or", 10, systems)
        self.assertEqual(mean, ["mix, k = 10, mean", "≤ 0.5×", "0.38× (0.25-0.50) lucene", "yes"])
        slow = self.systems(ark=[[30]], lucene=[[20]])
        self.assertEqual(next(targets.query_rows("and", "and", 10, slow))[3], "**no**")

    def test_ways_of_searching_are_compared_where_both_ran(self):
        systems = self.systems(ark=[[30]], ark_windows=[[10]], ark_maxscore=[[80]])
        found = {row[0]: row[2:] for row in targets.yardstick_rows("mix", "or", 10, systems)}
        self.assertEqual(found, {"stage 1 beside MaxScore, mix, k = 10, mean":
                                 ["0.12× (0.12-0.12)", "yes"]})
        self.assertEqual(list(targets.yardstick_rows("and", "and", 10, systems)), [])


class Grown(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.source = os.path.join(self.folder.name, "source.jsonl")
        with open(self.source, "w", encoding="utf-8") as file:
            for document in made_up_documents(300):
                corpus.write_record(file, *document)
        self.size = os.path.getsize(self.source)

    def tearDown(self):
        self.folder.cleanup()

    def build(self, name, size, seed=1):
        path = os.path.join(self.folder.name, name)
        corpus.build(self.source, path, size, seed)
        return path

    def test_the_same_seed_gives_the_same_corpus(self):
        texts = []
        for name, seed in (("a", 1), ("b", 1), ("c", 2)):
            with open(self.build(name, 3 * self.size, seed), encoding="utf-8") as file:
                texts.append(file.read())
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])

    def test_a_grown_corpus_has_its_size_and_the_source_in_front(self):
        path = self.build("grown", 4 * self.size)
        self.assertAlmostEqual(os.path.getsize(path), 4 * self.size, delta=self.size / 10)
        with open(path, encoding="utf-8") as grown, open(self.source, encoding="utf-8") as source:
            self.assertEqual(json.loads(next(grown)), json.loads(next(source)))

    def test_words_grow_by_heaps_law(self):
        source = corpus.Source(self.source)
        tokens, words = tokens_and_words(self.build("grown", 6 * self.size))
        expected = source.heaps_k * tokens ** source.beta
        self.assertAlmostEqual(words / expected, 1, delta=0.15)

    def test_a_smaller_corpus_is_some_of_the_documents(self):
        path = self.build("part", self.size // 3)
        whole = {document[0] for document in made_up_documents(300)}
        part = [doc_id for doc_id, _, _ in corpus.records(path)]
        self.assertTrue(set(part) < whole)
        self.assertAlmostEqual(os.path.getsize(path), self.size / 3, delta=self.size / 10)


class Sets(unittest.TestCase):
    def setUp(self):
        texts = [text for _, _, text in made_up_documents(50)]
        self.texts = texts
        self.stop = {texts[0].split()[0]}
        self.drawer = querysets.Drawer(texts, self.stop, seed=1)

    def test_every_set_has_the_queries_asked_for_and_no_stop_word(self):
        for name, (least, most) in {"mix": (1, 5), "and": (2, 4), "phrase": (2, 4)}.items():
            queries = self.drawer.draw(name, 40)
            self.assertEqual(len(queries), 40)
            for query in queries:
                self.assertTrue(least <= len(query) <= most)
                self.assertFalse(self.stop & set(query))

    def test_a_phrase_stands_in_a_document(self):
        for query in self.drawer.draw("phrase", 20):
            self.assertTrue(any(" ".join(query) in text for text in self.texts))

    def test_kinds_are_written_as_the_query_language_has_them(self):
        self.assertEqual(querysets.for_ark("and", ["ا", "ب"]), "ا AND ب")
        self.assertEqual(querysets.for_ark("phrase", ["ا", "ب"]), '"ا ب"')
        self.assertEqual(querysets.for_ark("or", ["ا", "ب"]), "ا ب")
        self.assertEqual(querysets.for_ark("prefix", ["اب"]), "اب*")
        self.assertEqual(querysets.for_ark("fuzzy", ["اب"]), "اب~1")


if __name__ == "__main__":
    unittest.main()
