#!/usr/bin/env python3
"""Runs data/count_forms.py on two small bodies of text and reads its table back.

    test_count_forms.py COUNT_FORMS WORK_DIR
"""

import json
import pathlib
import subprocess
import sys

KITAB = "\u0643\u062a\u0627\u0628"  # book
QALA = "\u0642\u0627\u0644"  # he said
MAL = "\u0645\u0627\u0644"  # property
KAMAL = "\u0643" + MAL  # perfection
SHAMS = "\u0634\u0645\u0633"  # sun
RARE = "\u0642\u0645\u0631"  # moon, once
AKHAR = "\u0627\u062e\u0631"  # other
AWLAD = "\u0627\u0648\u0644\u0627\u062f"  # children
ALAAB = "\u0627\u0644\u0639\u0627\u0628"  # games
ADIN = "\u0627\u0644\u062f\u064a\u0646"  # the religion
BEH, LAM, ALEF, FEH, WAW = "\u0628", "\u0644", "\u0627", "\u0641", "\u0648"


def write_body(path, words):
    """Writes words, each as often as said, over two documents; the title counts too."""
    text = " ".join(" ".join([word] * times) for word, times in words)
    half = len(text) // 2 + text[len(text) // 2 :].find(" ")
    documents = [{"title": "", "text": text[:half]}, {"title": text[half:], "text": ""}]
    path.write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")


def read_table(lines):
    """The words of a table and the mark of each, if it has one."""
    words = {}
    previous = ""
    for line in lines:
        if line.startswith("#"):
            continue
        mark = line[-1] if line[-1] in "+*=" else ""
        word = previous[: int(line[0], 16)] + line[1 : len(line) - len(mark)]
        assert word > previous, f"not in order: {word}"
        words[word] = mark
        previous = word
    return words


def main():
    script, work = sys.argv[1], pathlib.Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    # Both bodies have the same number of words, so that shares compare as counts.
    modern = [(QALA, 8), (FEH + QALA, 2), (KAMAL, 2), (MAL, 7), (RARE, 1), ("\u0645\u0646", 8)]
    modern += [("\u06af" + KITAB, 9), (BEH + KITAB, 2), ("\u0643\u0650\u062a\u0640\u0627\u0628", 2)]
    modern += [(LAM + KITAB, 2), (ALEF + LAM + KITAB, 2), (BEH + SHAMS, 2)]
    # Behind the article, a word that begins with letters of its own; but not what may be another
    # word behind a particle and the article.
    modern += [(AKHAR, 20), (FEH + AKHAR, 6), (ALEF + LAM + FEH + AKHAR, 5), (WAW + AWLAD, 9)]
    modern += [(AWLAD, 9), (ALEF + LAM + AWLAD, 9), (ALAAB, 4), (ALEF + LAM + ALAAB, 6)]
    modern += [(WAW + ADIN, 9), (ADIN, 20), (ALEF + LAM + WAW + ADIN, 6), (ALAAB + ALEF, 3)]
    other = [(SHAMS, 8), (WAW + QALA, 4), ("x", sum(times for _, times in modern) - 12)]
    other[2] = ("\u0647\u0648", other[2][1])
    write_body(work / "modern.jsonl", modern)
    write_body(work / "other.jsonl", other)
    command = [sys.executable, script, "--modern", work / "modern.jsonl"]
    command += ["--other", work / "other.jsonl"]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    expected = {
        QALA: "",
        FEH + QALA: "",  # the rest is four times as frequent
        MAL: "",
        KAMAL: "+",  # it is not, and has three letters
        KITAB: "",  # counted with its vowel and tatweel
        BEH + KITAB: "",  # as frequent as its rest
        LAM + KITAB: "",
        ALEF + LAM + KITAB: "",
        LAM + LAM + KITAB: "+",  # never counted: "for the book"
        SHAMS: "",
        BEH + SHAMS: "",
        AKHAR: "",
        FEH + AKHAR: "=",  # "splendid", not "and another"
        ALEF + LAM + FEH + AKHAR: "",
        AWLAD: "",
        WAW + AWLAD: "",
        ALEF + LAM + AWLAD: "",
        ALAAB: "=",
        ALAAB + ALEF: "=",  # with an ending that does not stand behind the article
        ALEF + LAM + ALAAB: "",
        ADIN: "",
        WAW + ADIN: "",  # "and the religion" more often than "parents"
        ALEF + LAM + WAW + ADIN: "",
    }
    found = read_table(run.stdout.splitlines())
    for word in sorted(expected.keys() | found.keys()):
        if expected.get(word) != found.get(word):
            print(f"{word}: expected {expected.get(word)}, found {found.get(word)}")
    return 0 if found == expected else 1


sys.exit(main())
