#!/usr/bin/env python3
"""Reads an index by ark-index-format(5) alone, and finds in it what the programs find.

A second reader, slow and simple, written from the page: whatever it cannot
read, the page describes wrongly. It shares no code with ark; LMDB, zstd and
xxHash are called through ctypes. Ends with 77 (skipped) where their shared
libraries are not installed.
"""

import argparse
import ctypes
import json
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import read_lists

SKIPPED = 77
CHUNK, PIECE, PIECE_HEADER = 261616, 4096, 16
RARE_CLASS = 1024
STREAMS = ("dictionary", "dictionary index", "document table", "document index", "text", "norms",
           "dates", "title lengths", "sketches", "sketch index", "forms", "form index", "hot", "cold")
(DICTIONARY, DICTIONARY_INDEX, DOCUMENTS, DOCUMENT_INDEX, TEXT, NORMS, DATES, TITLE_LENGTHS,
 SKETCHES, SKETCH_INDEX, FORMS, FORM_INDEX, HOT, COLD) = range(len(STREAMS))
DATABASES = (b"meta", b"stream", b"dead", b"files", b"ids")
RDONLY = 0x20000
FIRST, NEXT = 0, 8


def check(condition, *words):
    if not condition:
        sys.exit("the page and the index differ: " + " ".join(map(str, words)))


class Libraries:
    """LMDB, zstd and xxHash, as far as they are needed."""

    class Val(ctypes.Structure):
        _fields_ = [("size", ctypes.c_size_t), ("data", ctypes.c_void_p)]

    class Hash128(ctypes.Structure):
        _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]

    def __init__(self):
        self.lmdb = ctypes.CDLL("liblmdb.so.0")
        self.zstd = ctypes.CDLL("libzstd.so.1")
        self.xxhash = ctypes.CDLL("libxxhash.so.0")
        self.xxhash.XXH3_64bits_withSeed.restype = ctypes.c_uint64
        self.xxhash.XXH3_64bits_withSeed.argtypes = [ctypes.c_char_p, ctypes.c_size_t,
                                                     ctypes.c_uint64]
        self.xxhash.XXH3_128bits.restype = self.Hash128
        self.xxhash.XXH3_128bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
        self.zstd.ZSTD_createDCtx.restype = ctypes.c_void_p
        self.zstd.ZSTD_decompress_usingDict.restype = ctypes.c_size_t
        self.zstd.ZSTD_decompress_usingDict.argtypes = [
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t,
            ctypes.c_char_p, ctypes.c_size_t]
        self.zstd.ZSTD_getDictID_fromDict.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
        self.zstd.ZSTD_getDictID_fromDict.restype = ctypes.c_uint
        self.decompressor = self.zstd.ZSTD_createDCtx()
        self.dictionary = b""
        self.frames_with_dictionary = 0

    def hash64(self, data, seed=0):
        return self.xxhash.XXH3_64bits_withSeed(data, len(data), seed)

    def hash128(self, data):
        value = self.xxhash.XXH3_128bits(data, len(data))
        return struct.pack(">QQ", value.high, value.low)

    def decompress(self, stored, size):
        """The text of size bytes that is stored: unpacked, then widened."""
        frame = b"\x28\xb5\x2f\xfd" + stored[1:]
        narrow = ctypes.create_string_buffer(2 * size + 1)
        self.frames_with_dictionary += stored[0] != 0
        dictionary = self.dictionary if stored[0] != 0 else b""
        if dictionary:
            number = self.zstd.ZSTD_getDictID_fromDict(dictionary, len(dictionary))
            check(stored[0] == 1 + number % 255, "a frame needs another dictionary")
        got = self.zstd.ZSTD_decompress_usingDict(self.decompressor, narrow, len(narrow), frame,
                                                  len(frame), dictionary, len(dictionary))
        check(got <= len(narrow), "a frame does not unpack")
        text = self.widen(narrow.raw[:got])
        check(len(text) == size, "a frame holds", len(text), "bytes, not", size)
        return text

    @staticmethod
    def widen(narrow):
        text, at = bytearray(), 0
        while at < len(narrow):
            byte = narrow[at]
            at += 1
            if byte >= 128:
                text += chr(0x600 + byte - 128).encode()
            elif 1 <= byte <= 8:
                text += narrow[at:at + byte]
                at += byte
            else:
                text.append(byte)
        return bytes(text)

    def databases(self, environment):
        """{name: {key: value}} of the named databases."""
        env, txn = ctypes.c_void_p(), ctypes.c_void_p()
        self.ok(self.lmdb.mdb_env_create(ctypes.byref(env)))
        self.ok(self.lmdb.mdb_env_set_maxdbs(env, len(DATABASES)))
        self.ok(self.lmdb.mdb_env_open(env, str(environment).encode(), RDONLY, 0o644))
        self.ok(self.lmdb.mdb_txn_begin(env, None, RDONLY, ctypes.byref(txn)))
        contents = {name: self.entries(txn, name) for name in DATABASES}
        self.lmdb.mdb_txn_abort(txn)
        self.lmdb.mdb_env_close(env)
        return contents

    def entries(self, txn, name):
        dbi, cursor = ctypes.c_uint(), ctypes.c_void_p()
        self.ok(self.lmdb.mdb_dbi_open(txn, name, 0, ctypes.byref(dbi)))
        self.ok(self.lmdb.mdb_cursor_open(txn, dbi, ctypes.byref(cursor)))
        key, value, found = self.Val(), self.Val(), {}
        step = FIRST
        while self.lmdb.mdb_cursor_get(cursor, ctypes.byref(key), ctypes.byref(value), step) == 0:
            found[ctypes.string_at(key.data, key.size)] = ctypes.string_at(value.data, value.size)
            step = NEXT
        self.lmdb.mdb_cursor_close(cursor)
        return found

    @staticmethod
    def ok(code):
        check(code == 0, "LMDB says", code)


class Record:
    """A walk over bytes."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def bytes(self, count):
        check(self.at + count <= len(self.data), "a record passes its end")
        self.at += count
        return self.data[self.at - count:self.at]

    def fixed(self, count):
        return int.from_bytes(self.bytes(count), "little")

    def varint(self):
        value, shift = 0, 0
        while True:
            byte = self.fixed(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text(self):
        return self.bytes(self.varint())

    def coded(self, before):
        """A compact text, after the compact one before."""
        lens = self.fixed(1)
        shared, rest = lens % 16, lens // 16
        shared += self.varint() if shared == 15 else 0
        rest += self.varint() if rest == 15 else 0
        check(shared <= len(before), "a coded text")
        return before[:shared] + self.bytes(rest)

    def ended(self):
        return self.at == len(self.data)


BEFORE = [b"".join(chr(letter).encode() for letter in letters) for letters in (
    (), (0x648,), (0x627, 0x644), (0x648, 0x627, 0x644), (0x641,), (0x628,), (0x644,),
    (0x628, 0x627, 0x644), (0x644, 0x644), (0x643,), (0x643, 0x627, 0x644), (0x641, 0x627, 0x644),
    (0x633,), (0x648, 0x644), (0x648, 0x628))]
AFTER = [b"".join(chr(letter).encode() for letter in letters) for letters in (
    (), (0x647,), (0x64A,), (0x647, 0x627), (0x647, 0x645), (0x64A, 0x647), (0x64A, 0x646),
    (0x648, 0x627), (0x627, 0x62A), (0x646, 0x627), (0x648, 0x646), (0x627, 0x646),
    (0x647, 0x645, 0x627), (0x643, 0x645), (0x647, 0x646))]


def expand(compact):
    """The text of a compact one."""
    found, units = b"", iter(compact)
    for unit in units:
        if unit in (0x80, 0xA1, 0xE2):
            found += bytes([next(units)])
        elif unit < 0x80:
            found += bytes([unit])
        else:
            check(unit < 0xE2, "a unit of a compact text")
            found += chr(unit + (0x620 - 0x81 if unit < 0xA1 else 0x640 - 0xA2)).encode()
    check(len(found) <= 255, "a text is too long")
    return found


@dataclass
class Variant:
    light: bytes
    form: bytes
    stem: bytes = b""
    df: int = 0
    form_df: int = 0


@dataclass
class Family:
    key: bytes
    df: int = 0
    stems: list = field(default_factory=list)  # [(text, df)]
    variants: list = field(default_factory=list)  # class after class
    postings: list = field(default_factory=list)  # [(document, {variant: [positions]})]


def unseal(libraries, sealed):
    content = sealed[:-8]
    check(libraries.hash64(content) == int.from_bytes(sealed[-8:], "little"), "a seal is wrong")
    return Record(content)


class Segment:
    """One segment, read whole."""

    def __init__(self, libraries, contents, record):
        self.libraries = libraries
        self.id = record.varint()
        self.documents, self.dead_count = record.varint(), record.varint()
        self.tokens, self.live_tokens = record.varint(), record.varint()
        self.family_count, self.form_count = record.varint(), record.varint()
        self.text_bytes = record.varint()
        sizes = [record.varint() for _ in STREAMS]
        self.streams = [self.read_stream(contents[b"stream"], kind, sizes[kind])
                        for kind in range(len(STREAMS))]
        sealed = contents[b"dead"].get(struct.pack("<Q", self.id))
        bitmap = unseal(libraries, sealed).data if sealed else bytes((self.documents + 7) // 8)
        self.dead = [bool(bitmap[doc // 8] >> doc % 8 & 1) for doc in range(self.documents)]
        check(len(bitmap) == (self.documents + 7) // 8 and sum(self.dead) == self.dead_count,
              "deletions of segment", self.id)
        self.table = [self.read_document(doc) for doc in range(self.documents)]
        self.sketches = self.read_sketches()
        self.hot_end = self.cold_end = self.rare_lists = 0
        self.families = self.read_families()
        check(self.hot_end == len(self.streams[HOT]) and self.cold_end == len(self.streams[COLD]),
              "lists have a tail")
        self.check_forms()

    def read_stream(self, chunks, kind, size):
        found = []
        for number in range((size + CHUNK - 1) // CHUNK):
            chunk = chunks[struct.pack(">QBL", self.id, kind, number)]
            seed = (self.id << 36 ^ kind << 32 ^ number) % 2**64
            payload = chunk[:min(CHUNK, size - number * CHUNK)]
            bounds = [0, *range(PIECE - PIECE_HEADER, len(payload), PIECE), len(payload)]
            pieces = [payload[start:end] for start, end in zip(bounds, bounds[1:])]
            sums = b"".join(
                self.libraries.hash64(piece, seed ^ idx << 58).to_bytes(8, "little")
                for idx, piece in enumerate(pieces))
            check(chunk == payload + sums, "checksums of", STREAMS[kind], number)
            found.append(payload)
        check(sum(map(len, found)) == size, "size of", STREAMS[kind])
        return b"".join(found)

    def record_of(self, doc):
        index = self.streams[DOCUMENT_INDEX]
        start = int.from_bytes(index[8 * doc:8 * doc + 8], "little")
        end = int.from_bytes(index[8 * doc + 8:8 * doc + 16], "little")
        return Record(self.streams[DOCUMENTS][start:end if doc + 1 < self.documents else None])

    def read_document(self, doc):
        record = self.record_of(doc)
        flags = record.fixed(1)
        if flags & 2:
            owner = self.record_of(doc - record.varint())
            check(owner.fixed(1) & 2 == 0, "a path is borrowed twice")
            path, name_start = owner.text(), owner.varint()
        else:
            path, name_start = record.text(), record.varint()
        found = {"path": path, "name_start": name_start, "fragment": record.text(),
                 "source": record.text(), "date": record.varint(), "tokens": record.varint(),
                 "title_tokens": record.varint(), "hash": record.fixed(8)}
        offset, frame_bytes = record.varint(), record.varint()
        title_bytes, text_bytes = record.varint(), record.varint()
        check(record.ended(), "a document's record")
        text = self.libraries.decompress(self.streams[TEXT][offset:offset + frame_bytes],
                                         text_bytes)
        found["title"], found["body"] = text[:title_bytes].decode(), text[title_bytes:].decode()
        parts = [self.libraries.hash64(part) for part in
                 (text[:title_bytes], text[title_bytes:], found["source"])] + [found["date"]]
        check(found["hash"] == self.libraries.hash64(struct.pack("<QQQQ", *parts)),
              "the content hash of document", doc)
        check(self.streams[NORMS][doc] == norm_of(found["tokens"]), "the norm of document", doc)
        check(struct.unpack_from("<L", self.streams[DATES], 4 * doc)[0] == found["date"],
              "the date of document", doc)
        check(self.streams[TITLE_LENGTHS][doc] == min(found["title_tokens"], 255),
              "the title length of document", doc)
        return found

    def read_sketches(self):
        index, sketches = self.streams[SKETCH_INDEX], self.streams[SKETCHES]
        if not index:
            check(not sketches, "sketches without an index")
            return [b""] * self.documents
        record, found = Record(sketches), []
        for first in range(0, self.documents, 16):
            check(struct.unpack_from("<Q", index, first // 2)[0] == record.at,
                  "the offset of a group of sketches")
            lengths = [record.varint() for _ in range(min(16, self.documents - first))]
            found += [record.bytes(length) for length in lengths]
        check(record.ended(), "the sketches")
        return found

    @staticmethod
    def read_blocks(index, data, count):
        """The first keys of the blocks of a dictionary, compact, and what each block holds."""
        keys, key_start, found = index[10 * count:], 0, []
        for block in range(count):
            offset = int.from_bytes(index[10 * block:10 * block + 6], "little")
            key_end = int.from_bytes(index[10 * block + 6:10 * block + 10], "little")
            end = int.from_bytes(index[10 * block + 10:10 * block + 16], "little")
            record = Record(data[offset:len(data) if block + 1 == count else end])
            found.append((keys[key_start:key_end], record))
            key_start = key_end
        check(key_start == len(keys), "the keys of a dictionary's index")
        return found

    def check_forms(self):
        """The form dictionary lists the forms of all families with their documents."""
        found, left = {}, self.form_count
        for form, record in self.read_blocks(self.streams[FORM_INDEX], self.streams[FORMS],
                                             (left + 63) // 64):
            count = min(left, 64)
            left -= count
            half = 2 if record.fixed(1) else 0.5
            lengths = [(record.fixed(2), record.fixed(2)) if half == 2 else
                       divmod(record.fixed(1), 16)[::-1] for _ in range(count - 1)]
            forms = [form]
            for shared, rest in lengths:
                forms.append(forms[-1][:shared] + record.bytes(rest))
            less = [nibble for byte in record.bytes((count + 1) // 2)
                    for nibble in (byte % 16, byte // 16)][:count]
            for form, documents in zip(forms, less):
                found[expand(form)] = 1 + documents + (record.varint() if documents == 15 else 0)
            check(record.ended(), "a block of forms")
        expected = {}
        for family in self.families:
            for document, positions in family.postings:
                for number in positions:
                    expected.setdefault(family.variants[number].form, set()).add(document)
        check(list(found) == sorted(found), "forms do not ascend")
        check(found == {form: len(documents) for form, documents in expected.items()}, "the forms")

    def read_families(self):
        found, left = [], self.family_count
        for first, record in self.read_blocks(self.streams[DICTIONARY_INDEX],
                                              self.streams[DICTIONARY], (left + 15) // 16):
            base, key = (record.varint(), record.varint()), b""
            for number in range(min(left, 16)):
                key = record.coded(key)
                check(number > 0 or key == first, "a block's first key")
                found.append(self.read_family(key, base, Record(record.text())))
            left -= min(left, 16)
            check(record.ended(), "a dictionary block")
        keys = [family.key for family in found]
        check(keys == sorted(set(keys)), "keys do not ascend")
        return found

    def read_family(self, key, base, record):
        family = Family(expand(key), record.varint())
        classes, stems = record.varint(), record.varint()
        df, light, order = family.df, key, []
        if family.df > 1:
            hot = record.varint()
            if hot == 0:
                df = 1
            else:
                hot, cold = base[0] + hot - 1, base[1] + record.varint()
                check(0 <= hot - self.hot_end < 65536 and cold == self.cold_end,
                      "lists leave a gap")
                self.hot_end, self.cold_end = hot, cold
        for _ in range(classes):
            head = record.fixed(1)
            count = head // 4 + 1
            count += record.varint() if count == 64 else 0
            light = record.coded(light)
            df = record.varint() if df > 1 else 1
            order.append((-df, expand(light)))
            hot, cold, rare = self.read_records(record, df)
            of_class = self.read_stems(family, light, head % 4, df, record)
            first = len(family.variants)
            part = Record(record.text()) if count > 1 else record
            self.read_variants(family, of_class, expand(light), part, count, df)
            check(count == 1 or part.ended(), "the variants of a class")
            postings = self.read_class(hot, cold, df, first, count)
            self.check_rare(family, Record(rare), df, first, postings)
            family.postings += postings
        check(record.ended() and order == sorted(set(order)) and len(family.stems) == stems,
              "the record of a family")
        self.unite_postings(family)
        self.check_counts(family)
        return family

    @staticmethod
    def read_stems(family, light, kind, df, record):
        """The numbers of the stems of a class."""
        def new(counted):
            text = expand(record.coded(light))
            family.stems.append((text, record.varint() if counted and family.df > 1 else df))
            return len(family.stems) - 1
        if kind < 2:
            return [new(kind == 1)]
        if kind == 2:
            return [record.varint()]
        found = []
        for _ in range(record.varint() + 2):
            known = record.varint()
            found.append(known - 1 if known else new(True))
        return found

    def read_records(self, record, df):
        """The hot and the cold record of a class, and that of its rare variants."""
        if df == 1:
            start = record.at
            if record.varint() % 2:
                record.varint()
            return record.data[start:record.at], record.text(), b""
        hot, cold = record.varint(), record.varint()
        rare = record.varint() if df >= RARE_CLASS else 0
        self.cold_end += cold
        check(self.cold_end <= len(self.streams[COLD]), "a cold record passes the end")
        return (self.take_hot(hot), self.streams[COLD][self.cold_end - cold:self.cold_end],
                self.take_hot(rare) if rare else b"")

    def take_hot(self, size):
        """The next record of stream 12."""
        if size <= 65536 and self.hot_end % CHUNK + size > CHUNK:
            self.hot_end += CHUNK - self.hot_end % CHUNK
        self.hot_end += size
        check(self.hot_end <= len(self.streams[HOT]), "a hot record passes the end")
        return self.streams[HOT][self.hot_end - size:self.hot_end]

    def check_rare(self, family, record, df, first, postings):
        """The lists of rare variants say what the lists of their class say."""
        rare = [variant for variant in range(first, len(family.variants))
                if df >= RARE_CLASS and family.variants[variant].df < read_lists.SMALL]
        lengths = [record.varint() for _ in rare]
        for variant, length in zip(rare, lengths):
            part = Record(record.bytes(length))
            listed = read_lists.read_short(part, family.variants[variant].df)
            check(part.ended() and listed == [(document, len(positions[variant]))
                                              for document, positions in postings
                                              if variant in positions], "a list of a rare variant")
        check(record.ended(), "the record of rare variants")
        self.rare_lists += len(rare)

    @staticmethod
    def read_variants(family, of_class, light, record, count, df):
        first = len(family.variants)
        for _ in range(count):
            affixes, form_df = record.fixed(1), 0
            kind = record.fixed(1) if affixes == 255 else 0
            if kind == 0:
                low, high = affixes % 16, affixes // 16
                before = BEFORE[low] if low < 15 else expand(record.text())
                form = before + light + (AFTER[high] if high < 15 else expand(record.text()))
            elif kind == 1:
                like = family.variants[first + record.varint()]
                form, form_df = like.form, record.varint()
                like.form_df = form_df
            else:
                form = expand(record.text())
            variant = Variant(light, form, form_df=form_df)
            stem = of_class[record.varint() if len(of_class) > 1 else 0]
            variant.stem = family.stems[stem][0]
            variant.df = record.varint() if df > 1 and count > 1 else df
            variant.form_df = variant.form_df or variant.df
            family.variants.append(variant)
        order = [(-variant.df, variant.form, variant.stem) for variant in family.variants[first:]]
        check(order == sorted(set(order)), "the order of variants")

    def read_class(self, hot, cold, df, first, count):
        """[(document, {variant: [positions]})] of a class."""
        if df < read_lists.SMALL:
            record = Record(hot)
            documents = read_lists.read_short(record, df)
            check(record.ended(), "a hot record")
            found = read_lists.read_part(Record(cold), documents, count, check, Record)
        else:
            entries = read_lists.read_hot(Record(hot), check)
            for _, bound, documents in entries:
                self.check_bound(documents, bound)
            found = read_lists.read_cold(Record(cold), [documents for _, _, documents in entries],
                                         count, check, Record)
        documents = [document for document, _ in found]
        check(len(found) == df and documents == sorted(set(documents)), "the documents of a class")
        check(documents[-1] < self.documents, "a document beyond the last one")
        return [(document, {first + code: places for code, places in positions.items()})
                for document, positions in found]

    @staticmethod
    def unite_postings(family):
        """One posting a document, from those of all classes."""
        united = {}
        for document, positions in family.postings:
            united.setdefault(document, {}).update(positions)
        family.postings = sorted(united.items())

    def check_bound(self, documents, bound):
        mean = self.tokens / self.documents
        greatest = 0.0
        for document, count in documents:
            length = length_of(self.streams[NORMS][document])
            k = 0.5 + 0.5 * length / mean
            greatest = max(greatest, count / (count + k))
        expected = min(255, int(greatest * 255) + 1) if documents else 0
        check(abs(bound - expected) <= 1 and bound >= greatest * 255 - 1e-6,
              "a bound is", bound, "for", greatest)

    @staticmethod
    def check_counts(family):
        """The record counts documents as its lists do."""
        variants, forms, stems = {}, {}, {}
        for document, positions in family.postings:
            for number in positions:
                variant = family.variants[number]
                variants.setdefault(number, set()).add(document)
                forms.setdefault(variant.form, set()).add(document)
                stems.setdefault(variant.stem, set()).add(document)
        good = all(variant.df == len(variants[number]) and
                   variant.form_df == len(forms[variant.form])
                   for number, variant in enumerate(family.variants))
        good = good and all(df == len(stems[text]) for text, df in family.stems)
        texts = [text for text, _ in family.stems]
        check(good and family.df == len(family.postings) and len(texts) == len(set(texts)),
              "document counts of family", family.key.decode())

    def check_positions(self):
        """No two tokens share a position, and all lie in the title or the body."""
        taken = [set() for _ in range(self.documents)]
        for family in self.families:
            for document, positions in family.postings:
                for place in (place for places in positions.values() for place in places):
                    check(place not in taken[document], "position", place, "is taken twice")
                    taken[document].add(place)
        for document, places in zip(self.table, taken):
            title, body = document["title_tokens"], document["tokens"] - document["title_tokens"]
            allowed = set(range(title)) | set(range(title + 16, title + 16 + body))
            check(places <= allowed, "positions outside the document")

    def documents_with_form(self, form):
        """How many live documents have a form."""
        found = set()
        for family in self.families:
            for document, positions in family.postings:
                if any(family.variants[number].form == form for number in positions):
                    found.add(document)
        return sum(not self.dead[document] for document in found)


def length_of(norm):
    return norm if norm < 32 else (16 + (norm - 32) % 16) * 2 ** ((norm - 32) // 16 + 1)


def norm_of(tokens):
    return max(norm for norm in range(256) if length_of(norm) <= tokens)


def read_index(libraries, directory):
    """The segments of an index, after checking the other databases against them."""
    contents = libraries.databases(directory / "data")
    config = unseal(libraries, contents[b"meta"][b"cfg"])
    check(config.bytes(8) == b"ARKINDEX" and config.fixed(4) == 6, "the configuration")
    config.fixed(8), config.fixed(8), config.text()
    check(config.ended(), "the configuration")
    if b"zdict" in contents[b"meta"]:
        libraries.dictionary = unseal(libraries, contents[b"meta"][b"zdict"]).data
        check(len(libraries.dictionary) <= 64 << 10, "a dictionary of more than 64 KiB")
    listed = unseal(libraries, contents[b"meta"][b"segs"])
    segments = [Segment(libraries, contents, listed) for _ in range(listed.varint())]
    check(listed.ended(), "the list of segments")
    check(contents[b"meta"][b"roots"].startswith(b"ark-roots 1\0"), "the roots")
    check_ids(libraries, contents[b"ids"], segments)
    for key, value in contents[b"files"].items():
        check(key == libraries.hash128(value[24:]), "the key of a file")
    return segments


def check_ids(libraries, ids, segments):
    """ids lists the live documents, and nothing else."""
    expected = {}
    for segment in segments:
        for number, document in enumerate(segment.table):
            if not segment.dead[number]:
                key = libraries.hash128(document["path"]) + libraries.hash128(document["fragment"])
                expected[key] = struct.pack("<QLQ", segment.id, number, document["hash"])
    check(ids == expected, "the ids of live documents")


def check_against_programs(programs, index, segments):
    """The paths that --list prints and the counts that ark-search gives are those read here."""
    listed = subprocess.run([programs["ark-index"], "-i", index, "--list", "-0"], check=True,
                            capture_output=True).stdout.split(b"\0")[:-1]
    read = [document["path"] + (b"#" + document["fragment"] if document["fragment"] else b"")
            for segment in segments
            for number, document in enumerate(segment.table) if not segment.dead[number]]
    check(sorted(listed) == sorted(read), "paths listed and paths read")
    for word, form in (("هدنة", "هدنه"), ("حلب", "حلب"), ("2018", "2018"), ("المدينة", "المدينه"),
                       ("النملة", "النمله")):
        done = subprocess.run([programs["ark-search"], "-i", index, "-c", "=" + word],
                              capture_output=True, text=True, check=False)
        read = sum(segment.documents_with_form(form.encode()) for segment in segments)
        check(int(done.stdout) == read, "documents with", word, "are", done.stdout, "or", read)


def write_records(path):
    """Records enough for streams of several chunks and lists of several blocks, ever the same."""
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئء"
    source = random.Random(20181113)

    def word():
        return "".join(source.choices(letters, k=source.randint(2, 8)))

    common = [word() for _ in range(200)]
    with path.open("w", encoding="utf-8") as out:
        for _ in range(300):
            body = [word() if source.random() < 0.5 else source.choice(common) for _ in range(300)]
            record = {"title": f"{common[0]} {word()}", "text": " ".join(body)}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_truces(path):
    """Records of a frequent word, some in rare forms of it."""
    source = random.Random(20261122)
    rare = ["والهدنة", "فالهدنة", "هدنتهم", "وهدنتنا"]
    with path.open("w", encoding="utf-8") as out:
        for _ in range(1200):
            words = source.choices(["الهدنة", "هدنة", "يوم"], k=2) + ["الهدنة"]
            words += [source.choice(rare)] * source.randint(1, 2) if source.random() < 0.1 else []
            out.write(json.dumps({"title": "", "text": " ".join(words)}, ensure_ascii=False) + "\n")


def write_symbols(path):
    """Text enough for a dictionary, of blanks and points: it takes no time to index."""
    source = random.Random(20230206)
    with path.open("w", encoding="utf-8") as out:
        for _ in range(50):
            text = "".join(source.choices("،؛؟.:!«» ", k=60000))
            out.write(json.dumps({"title": "", "text": text}, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ark-index", type=Path, required=True)
    parser.add_argument("--ark-search", type=Path, required=True)
    parser.add_argument("--samples", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        libraries = Libraries()
    except OSError as error:
        print(f"skipped: {error}")
        return SKIPPED
    programs = {"ark-index": arguments.ark_index, "ark-search": arguments.ark_search}
    with tempfile.TemporaryDirectory() as scratch:
        index, texts = Path(scratch) / "index", Path(scratch) / "texts"
        shutil.copytree(arguments.samples, texts)

        def run(*words):
            subprocess.run([programs["ark-index"], "-q", "-i", index, *words], check=True)

        write_records(texts / "records" / "many.jsonl")
        write_truces(texts / "records" / "truces.jsonl")
        run(texts / "news", texts / "records")
        check_against_programs(programs, index, read_index(libraries, index))
        # A second segment, and dead documents in the first.
        run(texts / "pages", texts / "classical")
        run("--delete", texts / "news" / "truce-portal.txt")
        write_symbols(texts / "records" / "symbols.jsonl")
        run(texts / "records" / "symbols.jsonl")
        segments = read_index(libraries, index)
        check(libraries.frames_with_dictionary == 50, "frames with a dictionary")
        check(len(segments) > 1 and any(segment.dead_count for segment in segments),
              "no second segment, or no dead document")
        check(any(len(segment.streams[kind]) > CHUNK for segment in segments for kind in (COLD, TEXT)),
              "no stream has two chunks")
        check(any(segment.rare_lists for segment in segments), "no lists of rare variants")
        check_against_programs(programs, index, segments)
        for segment in segments:
            segment.check_positions()
        print(f"{len(segments)} segments, {sum(s.family_count for s in segments)} families")
    return 0


if __name__ == "__main__":
    sys.exit(main())
