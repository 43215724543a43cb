#!/usr/bin/env python3
"""The evaluator against cases worked out by hand and against a second, slow implementation; the
runner on a collection of three documents, with the programs of the build folder ARK_BUILD.
"""

import fractions
import io
import itertools
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import unittest

import collection
import lexical
import measures
import systems

SEED = int(os.environ.get("ARK_SEED", "20261122"))


# The second implementation: definitions written out as set and prefix arithmetic, no shared code.

def slow_dcg(grades_in_order):
    return sum(g * math.log(2) / math.log(place + 1) for place, g in enumerate(grades_in_order, 1))


def slow_ndcg(ranking, grades, k):
    ideal = max(slow_dcg(order) for order in
                [sorted(grades.values())[::-1][:k]] if order)
    return slow_dcg([grades[d] if d in grades else 0 for d in ranking][:k]) / ideal


def slow_reciprocal_rank(ranking, grades, k):
    places = [p for p in range(1, k + 1) if p <= len(ranking) and grades.get(ranking[p - 1], 0)]
    return 1 / min(places) if places else 0


def slow_recall(ranking, grades, k):
    relevant = {d for d in grades if grades[d]}
    return len(relevant.intersection(ranking[:k])) / len(relevant)


def slow_average_precision(ranking, grades, k):
    relevant = {d for d in grades if grades[d]}
    precisions = []
    for doc in relevant:
        if doc in ranking[:k]:
            upto = set(ranking[:ranking.index(doc) + 1])
            precisions.append(fractions.Fraction(len(upto & relevant), len(upto)))
    return float(sum(precisions) / len(relevant))


SLOW = {"nDCG@10": slow_ndcg, "MRR@10": slow_reciprocal_rank, "R@100": slow_recall,
        "MAP@100": slow_average_precision}


def exact_p(differences):
    """All sign assignments, one by one."""
    whole = [fractions.Fraction(d) for d in differences]
    sums = [abs(sum(s * d for s, d in zip(signs, whole)))
            for signs in itertools.product((1, -1), repeat=len(whole))]
    return sum(s >= abs(sum(whole)) for s in sums) / len(sums)


class HandComputed(unittest.TestCase):
    def test_ndcg_of_a_swapped_pair(self):
        # Gains 1, 2 against the ideal 2, 1: (1 + 2/1.58496) / (2 + 1/1.58496).
        self.assertAlmostEqual(measures.ndcg(["b", "a"], {"a": 2, "b": 1}, 10), 0.859719, places=6)

    def test_ndcg_counts_missing_documents_in_the_ideal(self):
        # 1/log2(3) against 1 + 1/log2(3).
        self.assertAlmostEqual(measures.ndcg(["x", "a"], {"a": 1, "b": 1}, 10), 0.386853, places=6)

    def test_ndcg_is_cut_at_k_on_both_sides(self):
        grades = {"a": 1, "b": 1, "c": 1}
        self.assertEqual(measures.ndcg(["a", "b"], grades, 2), 1)
        self.assertEqual(measures.ndcg(["x", "y", "a"], grades, 2), 0)

    def test_a_grade_below_nought_gains_nothing(self):
        self.assertEqual(measures.ndcg(["x", "a"], {"a": 1, "x": -2}, 10), 1 / math.log2(3))

    def test_reciprocal_rank_of_third_place_is_a_third(self):
        self.assertEqual(measures.reciprocal_rank(["x", "y", "a"], {"a": 1, "y": 0}, 10), 1 / 3)
        self.assertEqual(measures.reciprocal_rank(["x", "y", "a"], {"a": 1}, 2), 0)

    def test_recall_of_one_of_two_is_a_half(self):
        self.assertEqual(measures.recall(["a", "x"], {"a": 1, "b": 2, "c": 0}, 100), 0.5)

    def test_average_precision_of_first_and_third_place(self):
        # (1/1 + 2/3) / 3 relevant documents = 5/9.
        grades = {"a": 1, "b": 1, "c": 1}
        self.assertAlmostEqual(measures.average_precision(["a", "x", "b"], grades, 100), 5 / 9)

    def test_an_unanswered_topic_counts_as_nought_and_an_unjudged_one_not_at_all(self):
        qrels = {"1": {"a": 1}, "2": {"a": 1}, "3": {"a": 0}}
        self.assertEqual(measures.per_topic({"1": ["a"], "9": ["a"]}, qrels, "nDCG@10"), [1, 0])

    def test_five_equal_wins_have_p_of_one_sixteenth(self):
        p = measures.randomisation_p([[0.5] * 5], 40000, SEED)
        self.assertAlmostEqual(p, 2 / 32, delta=0.006)

    def test_no_difference_at_all_has_p_of_one(self):
        self.assertEqual(measures.randomisation_p([[0.0] * 30], 1000, SEED), 1)
        self.assertEqual(measures.randomisation_p([[0.5, -0.5]], 1000, SEED), 1)

    def test_a_clear_difference_has_the_least_p_that_can_be(self):
        self.assertEqual(measures.randomisation_p([[0.1] * 200], 1000, SEED), 1 / 1001)

    def test_the_interval_of_a_constant_is_that_constant(self):
        low, high = measures.bootstrap_interval([[0.25] * 40], 500, SEED)
        self.assertAlmostEqual(low, 0.25, places=9)
        self.assertAlmostEqual(high, 0.25, places=9)

    def test_strata_weigh_alike_whatever_their_size(self):
        low, high = measures.bootstrap_interval([[0.5] * 3, [0.0] * 900], 200, SEED)
        self.assertAlmostEqual((low + high) / 2, 0.25, places=9)


class AgainstTheSlowOne(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)

    def random_topic(self):
        docs = [f"d{i}" for i in range(self.random.randint(1, 160))]
        judged = self.random.sample(docs, self.random.randint(1, len(docs)))
        grades = {d: self.random.choice((0, 0, 1, 1, 2, 3)) for d in judged}
        grades[self.random.choice(judged)] = 1
        ranking = self.random.sample(docs, self.random.randint(0, len(docs)))
        return ranking, grades

    def test_all_measures_agree_on_random_rankings(self):
        for _ in range(300):
            ranking, grades = self.random_topic()
            for name, (function, k) in measures.MEASURES.items():
                self.assertAlmostEqual(function(ranking, grades, k), SLOW[name](ranking, grades, k),
                                       places=12, msg=name)

    def test_the_randomisation_test_agrees_with_all_sign_assignments(self):
        for count in (1, 3, 9, 12):
            differences = [self.random.choice((-1, 0, 1, 2)) / 4 for _ in range(count)]
            exact = exact_p(differences)
            drawn = measures.randomisation_p([differences], 20000, SEED)
            spread = math.sqrt(exact * (1 - exact) / 20000)
            self.assertAlmostEqual(drawn, exact, delta=5 * spread + 1e-4)

    def test_the_interval_agrees_with_the_normal_one_on_many_topics(self):
        values = [self.random.gauss(0.02, 0.1) for _ in range(800)]
        low, high = measures.bootstrap_interval([values], 2000, SEED)
        mean = sum(values) / len(values)
        error = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
        self.assertAlmostEqual(low, mean - 1.96 * error, delta=0.2 * error)
        self.assertAlmostEqual(high, mean + 1.96 * error, delta=0.2 * error)


class Files(unittest.TestCase):
    def test_a_run_is_ordered_by_rank_and_names_a_document_once(self):
        lines = io.StringIO("1 Q0 b 2 9.0 t\n1 Q0 a 1 9.0 t\n1 Q0 a 3 8.0 t\n")
        self.assertEqual(measures.read_run(lines), {"1": ["a", "b"]})

    def test_a_line_that_is_not_of_a_run_is_refused(self):
        with self.assertRaises(ValueError):
            measures.read_run(["1 Q0 b 2 9.0"])

    def test_a_beir_folder_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "qrels"))
            self.write(folder, "corpus.jsonl", json.dumps({"_id": "d1", "title": "T", "text": "x"}))
            self.write(folder, "queries.jsonl", json.dumps({"_id": "q1", "text": "a\tb"}))
            self.write(folder, "qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n")
            read = collection.Collection(folder)
            self.assertEqual(list(read.documents()), [("d1", "T", "x")])
            self.assertEqual(read.topics, {"q1": "a b"})
            self.assertEqual(read.qrels, {"q1": {"d1": 1}})
            self.assertEqual(read.id_key(), "_id")

    def test_a_trec_folder_is_read_and_topics_without_relevant_documents_go(self):
        with tempfile.TemporaryDirectory() as folder:
            self.write(folder, "docs.jsonl", json.dumps({"id": "d1", "text": "x"}))
            self.write(folder, "topics.tsv", "1\tone\n2\ttwo\n3\tthree\n")
            self.write(folder, "qrels.txt", "1 0 d1 2\n1 0 d2 0\n2 0 d1 0\n")
            read = collection.Collection(folder)
            self.assertEqual(read.topics, {"1": "one"})
            self.assertEqual(read.qrels, {"1": {"d1": 2, "d2": 0}})

    def test_a_folder_without_judgements_is_refused_by_name(self):
        with tempfile.TemporaryDirectory() as folder:
            self.write(folder, "docs.jsonl", "")
            self.write(folder, "topics.tsv", "")
            with self.assertRaisesRegex(collection.Unusable, "judgements"):
                collection.Collection(folder)

    def write(self, folder, name, text):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


class Topics(unittest.TestCase):
    def test_operators_are_escaped_and_words_left_alone(self):
        self.assertEqual(systems.as_plain_words('"a" -b (c) x*'), r'\"a\" \-b \(c\) x\*')
        self.assertEqual(systems.as_plain_words("war AND NOT peace"), r"war \AND \NOT peace")
        self.assertEqual(systems.as_plain_words("ANDROID notes"), "ANDROID notes")


class Lexical(unittest.TestCase):
    ITEMS = {("kitab", "book"), ("kutub", "book"), ("katib", "writer"), ("bab", "door")}

    def test_one_class_for_all_joins_everything_and_keeps_nothing_apart(self):
        term = {word: "x" for word, _ in self.ITEMS}
        self.assertEqual(lexical.figures(self.ITEMS, term), (1, 0, 1 / 6))

    def test_a_root_like_key_joins_the_books_and_the_writer(self):
        # Six pairs: one of one lemma, five of two; joined are three, one of them rightly.
        term = {"kitab": "ktb", "kutub": "ktb", "katib": "ktb", "bab": "bb"}
        self.assertEqual(lexical.figures(self.ITEMS, term), (1, 1 - 2 / 5, 1 / 3))

    def test_a_word_of_two_lemmas_is_no_pair_with_itself(self):
        items = {("a", "1"), ("a", "2"), ("b", "1"), ("c", "2")}
        term = {"a": "a", "b": "b", "c": "c"}
        self.assertEqual(lexical.figures(items, term), (0, 1, 1))


@unittest.skipUnless(os.environ.get("ARK_BUILD"), "ARK_BUILD names no build folder")
class Runner(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = os.path.join(place.name, "three")
        os.makedirs(os.path.join(self.folder, "qrels"))
        self.table = os.path.join(place.name, "table.md")
        self.write("corpus.jsonl", ({"_id": "d1", "title": "bridges", "text": "a river"},
                                    {"_id": "d2", "title": "", "text": "the museum of bread"},
                                    {"_id": "d3", "title": "", "text": "gardens and museums"}))
        # As operators, the first would exclude its answer and the second be a phrase.
        self.write("queries.jsonl", ({"_id": "q1", "text": "gardens -bridges"},
                                     {"_id": "q2", "text": 'the "bread museum ('},
                                     {"_id": "q3", "text": "nothing alike"}))
        with open(os.path.join(self.folder, "qrels", "test.tsv"), "w", encoding="utf-8") as file:
            file.write("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td3\t1\nq2\td2\t1\nq3\td2\t1\n")

    def write(self, name, records):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)

    def quality(self, *more):
        here = os.path.dirname(os.path.abspath(__file__))
        command = [sys.executable, "-B", os.path.join(here, "quality.py"), "--ark",
                   os.environ["ARK_BUILD"], "--systems", "", "--write", self.table, *more]
        environment = {k: v for k, v in os.environ.items() if k != "ARK_COLLECTIONS"}
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    def test_topics_with_signs_are_answered_as_words(self):
        done = self.quality(self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("warning", done.stderr)
        # Two topics right, one without an answer.
        self.assertIn("| three | 3 | ark | .6667 | .6667 | .6667 | .6667 |", done.stdout)

    def test_the_table_tells_the_change_since_the_last_one(self):
        self.quality(self.folder)
        with open(self.table, encoding="utf-8") as file:
            text = file.read()
        self.assertIn("| three | 3 | ark | .6667 |", text)
        with open(self.table, "w", encoding="utf-8") as file:
            file.write(text.replace(".6667", ".5000"))
        self.assertIn(".6667 | +.1667 |", self.quality(self.folder).stdout)

    def test_without_the_programs_it_says_so_and_skips(self):
        done = self.quality(self.folder, "--ark", "nowhere")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("skipped: ark: no program nowhere", done.stderr)
        os.environ["ARK_BUILD"], build = "nowhere", os.environ["ARK_BUILD"]
        self.addCleanup(os.environ.__setitem__, "ARK_BUILD", build)
        self.assertEqual(self.quality(self.folder).returncode, 77)

    def test_without_a_collection_it_says_so_and_skips(self):
        done = self.quality()
        self.assertEqual(done.returncode, 77)
        self.assertIn("ARK_COLLECTIONS", done.stderr)


if __name__ == "__main__":
    print(f"seed {SEED} (ARK_SEED repeats it)")
    unittest.main()
