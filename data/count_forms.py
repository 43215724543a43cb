#!/usr/bin/env python3
"""Counts folded Arabic word forms and writes the table of the particle rule.

    data/count_forms.py --modern prose.jsonl.zst --other classical.jsonl.zst \\
        > data/particle_words.txt

Input: JSON Lines with the members "title" and "text", plain or packed with
zstd (then the program zstd is called). --modern and --other may each be given
several times and name two bodies of text. A form is what common/text makes of
a token: marks, tatweel and joiners dropped, look-alike letters replaced, alef
forms, alef maqsura and teh marbuta folded.

A word is listed when it occurs MIN_ALL times in all, or MIN_MODERN times in
the modern body. Its frequency is the sum of its shares of both bodies, so that
the larger body does not outvote the other. A listed word is marked with '+'
when its rest (the word without its first letter, one of waw feh beh kaf lam
seen) is listed too and is less frequent than the word: then the letter is no
particle. A rest of three letters is another word by chance so often that it
has to be SHORT_REST_FACTOR times as frequent as the word.

A word of lam, lam and more is "for the" (the alef of the article is not
written) rather than "for" and a word with lam, when the same with alef lam is
at least as frequent as the rest, or when the lam of the rest is itself a
particle by frequency ("for insuring"). Such words are listed with '+', counted
or not, and left to the prefixes of the light form.

A word that begins with waw, occurs OWN_MIN_ALL times and is over OWN_FACTOR
times as frequent as its rest, listed or not, is marked with '*': its waw is not
even taken for "and" by the prefixes of the light form.

Nothing but a word of its own stands behind the article: no particle and no other
article. A word that stands behind it NOUN_SHARE times as often as without it,
NOUN_MIN_ALL times in all, is marked with '=' when its first letter is one of the
six, or when it begins with alef lam ("games", "German"): neither a particle nor
an article is taken off it. When its rest stands behind the article, too, which
then may be a noun after a particle, it takes NOUN_SHARE_EITHER; kaf, rarely a
particle, makes do with NOUN_SHARE_KAF. So is marked what a word of
NOUN_SHARE_SURE that begins with waw or alef lam becomes with an ending that no
word with the article has, a pronoun or tanwin, if it is more frequent than its rest.

Only these facts are written, no counts and no text.
"""

import argparse
import collections
import json
import re
import subprocess
import sys
import unicodedata

MIN_ALL = 5
MIN_MODERN = 2
SHORT_REST_FACTOR = 4
OWN_FACTOR = 8
OWN_MIN_ALL = 20
NOUN_SHARE = 0.25
NOUN_SHARE_EITHER = 0.5
NOUN_SHARE_KAF = 0.1
NOUN_SHARE_SURE = 1
NOUN_MIN_ALL = 5
# "The oasis", "the tavern", "the sharp", "the important", "the letter b", a name: their forms with
# a second article are other words (boards, melodies, ...).
NO_NOUN_BY_HAND = {
    "\u0627\u0644\u0648\u0627\u062d\u0647",
    "\u0627\u0644\u062d\u0627\u0646\u0647",
    "\u0627\u0644\u062d\u0627\u062f",
    "\u0627\u0644\u0647\u0627\u0645",
    "\u0627\u0644\u0647\u0627\u0645\u0627\u062a",
    "\u0627\u0644\u0628\u0627\u0621",
    "\u0627\u0644\u0647\u0627\u0646\u064a",
}
# "Governor": counts cannot tell it from "and to", whose form it shares.
OWN_BY_HAND = {"\u0648\u0627\u0644\u064a"}
LETTERS_MIN = 3
LETTERS_MAX = 12
PARTICLES = "\u0648\u0641\u0628\u0643\u0644\u0633"
WAW = "\u0648"
LAM = "\u0644"
ALEF = "\u0627"
KAF = "\u0643"
TEH = "\u062a"
HEH = "\u0647"
# Of the article, with the particles before it: al, wa-al, fa-al, bi-al, ka-al.
ARTICLES = [
    particles + ALEF + LAM for particles in ("", WAW, "\u0641", "\u0628", "\u0643")
]
# -a (tanwin); -hu, -ha, -hum, -huma, -hunna, -na, -ka, -kum.
NOT_WITH_ARTICLE = [ALEF, HEH, HEH + ALEF, HEH + "\u0645", HEH + "\u0645" + ALEF, HEH + "\u0646"]
NOT_WITH_ARTICLE += ["\u0646" + ALEF, "\u0643", "\u0643\u0645"]
SHARED_DIGITS = "0123456789abcdef"

DROPPED = [0x0640, 0x0670, 0x200C, 0x200D]
DROPPED += range(0x0610, 0x061B)
DROPPED += range(0x064B, 0x0660)
DROPPED += [*range(0x06D6, 0x06DD), *range(0x06DF, 0x06E9), *range(0x06EA, 0x06EE)]

FOLDED = {
    0x0622: 0x0627, 0x0623: 0x0627, 0x0625: 0x0627, 0x0671: 0x0627,
    0x0649: 0x064A, 0x06CC: 0x064A, 0x06CD: 0x064A, 0x06D0: 0x064A, 0x06D2: 0x064A,
    0x0629: 0x0647, 0x06BE: 0x0647, 0x06C1: 0x0647, 0x06C3: 0x0647, 0x06D5: 0x0647,
    0x06A9: 0x0643, 0x06AA: 0x0643, 0x06BA: 0x0646, 0x066E: 0x0628,
    0x06A1: 0x0641, 0x06A2: 0x0641, 0x066F: 0x0642, 0x06A7: 0x0642,
}  # fmt: skip

TRANSLATION = {**{code: None for code in DROPPED}, **FOLDED}

# A word that holds any other letter of the Arabic block is passed over whole.
ARABIC_WORD = re.compile("[\u0621-\u063a\u0641-\u064a\u0671-\u06d3\u06fa-\u06fc]+")
FORM = re.compile("[\u0621\u0624\u0626-\u0628\u062a-\u063a\u0641-\u0648\u064a]+")


def lines_of(path):
    """Yields the lines of a file as bytes, unpacked when its name ends in .zst."""
    if not path.endswith(".zst"):
        with open(path, "rb") as file:
            yield from file
        return
    command = ["zstd", "-dc", "--long=27", path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as unpacker:
        yield from unpacker.stdout
    if unpacker.returncode != 0:
        sys.exit(f"count_forms.py: zstd failed: {path}")


def count(paths):
    """Counts the forms of all documents of the files."""
    counts = collections.Counter()
    for path in paths:
        for line in lines_of(path):
            document = json.loads(line)
            text = document.get("title", "") + "\n" + document.get("text", "")
            text = unicodedata.normalize("NFKC", text).translate(TRANSLATION)
            counts.update(ARABIC_WORD.findall(text))
    return counts


def shared_length(a, b):
    """The number of leading letters that a and b share."""
    length = 0
    while length < min(len(a), len(b)) and a[length] == b[length]:
        length += 1
    return length


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--modern", action="append", required=True)
    parser.add_argument("--other", action="append", default=[])
    options = parser.parse_args()
    modern = count(options.modern)
    other = count(options.other)
    modern_total = sum(modern.values())
    other_total = sum(other.values())

    listed = {
        word
        for word in modern | other
        if (modern[word] + other[word] >= MIN_ALL or modern[word] >= MIN_MODERN)
        and LETTERS_MIN <= len(word) <= LETTERS_MAX
        and FORM.fullmatch(word)
    }

    def frequency(word):
        # Scaled to whole numbers, so that ties are exact.
        return modern[word] * max(other_total, 1) + other[word] * modern_total

    def is_split(word):
        """Whether the first letter of a listed word is a particle by frequency alone."""
        rest = word[1:]
        factor = SHORT_REST_FACTOR if len(rest) == LETTERS_MIN else 1
        return rest in listed and frequency(rest) >= factor * frequency(word)

    with_article = {
        LAM + rest
        for rest in listed
        if rest[0] == LAM
        and len(rest) < LETTERS_MAX
        and (frequency(ALEF + LAM + rest[1:]) >= frequency(rest) or is_split(rest))
    }

    def keeps(word):
        rest = word[1:]
        if word in with_article:
            return True
        if word[0] not in PARTICLES or rest not in listed:
            return False
        return not is_split(word)

    def begins_with_waw(word):
        if word in OWN_BY_HAND:
            return True
        rare = OWN_FACTOR * frequency(word[1:]) < frequency(word)
        return word[0] == WAW and rare and modern[word] + other[word] >= OWN_MIN_ALL

    def is_noun(word, share):
        """Whether a word stands behind the article, this share of what it does without."""
        defined = [article + word for article in ARTICLES]
        count = sum(modern[form] + other[form] for form in defined)
        often = sum(frequency(form) for form in defined)
        return count >= NOUN_MIN_ALL and often >= share * frequency(word)

    def noun_share(word):
        if word[1:].startswith(ALEF + LAM):
            return NOUN_SHARE_SURE  # "adults", but not "and the religion"
        if word[0] == KAF:
            return NOUN_SHARE_KAF
        return NOUN_SHARE_EITHER if word[0] in PARTICLES and is_noun(word[1:], 0) else NOUN_SHARE

    def bases(word):
        """What a word may be with an ending."""
        for ending in NOT_WITH_ARTICLE:
            base = word[: -len(ending)]
            if word.endswith(ending):
                yield base
                if base.endswith(TEH):
                    yield base[:-1] + HEH

    def begins_as_noun(word):
        """Whether no particle and no article stands in front of a listed word, which could be."""
        has_article = word.startswith(ALEF + LAM)
        rest = word[2 if has_article else 1 :]
        if len(rest) < LETTERS_MIN or not (has_article or word[0] in PARTICLES):
            return False
        if word in NO_NOUN_BY_HAND or is_noun(word, noun_share(word)):
            return word not in NO_NOUN_BY_HAND
        likely = (has_article or word[0] == WAW) and frequency(rest) < frequency(word)
        return likely and any(is_noun(base, NOUN_SHARE_SURE) for base in bases(word))

    def mark(word):
        if begins_with_waw(word):
            return "*"
        return "=" if begins_as_noun(word) else "+" if keeps(word) else ""

    print("# Words of the particle rule, made by data/count_forms.py; see data/README.md.")
    print("# A line: letters shared with the line before (0 to 9, a, b), further letters,")
    print("# and '+' when the word begins with a letter that is part of it, '*' when that is")
    print("# a waw and beyond doubt, '=' when the word stands behind the article.")
    previous = ""
    for word in sorted(listed | with_article):
        shared = shared_length(previous, word)
        print(SHARED_DIGITS[shared] + word[shared:] + mark(word))
        previous = word
    print(
        f"count_forms.py: {len(listed | with_article)} words of {modern_total} + {other_total} tokens",
        file=sys.stderr,
    )


main()
