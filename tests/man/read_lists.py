"""Hot and cold records as ark-index-format(5) describes them, read one byte after another."""

WINDOW, SMALL, GROUP, TAIL = 128, 256, 16, 15
SPARSE, DENSE = 1, 2


def nibbles(data, count):
    return [data[i // 2] >> i % 2 * 4 & 15 for i in range(count)]


def read_short(record, count):
    """[(document, occurrences)] of a hot record without windows."""
    found, following = [], 0
    for _ in range(count):
        value = record.varint()
        document = following + value // 2
        found.append((document, record.varint() + 2 if value % 2 else 1))
        following = document + 1
    return found


def read_window(record, window, size, tailed, check):
    """[(document, occurrences)] of one window of so many documents, 64 for 64 and more."""
    tail_bytes = record.fixed(2) if tailed else 0
    if size < 16:
        locals_ = list(record.bytes(size))
        counts = nibbles(record.bytes((size + 1) // 2), size)
    elif size < 64:
        bits = record.fixed(16)
        locals_ = [local for local in range(WINDOW) if bits >> local & 1]
        check(len(locals_) == size, "the documents of a window")
        counts = nibbles(record.bytes((size + 1) // 2), size)
    else:
        counts = nibbles(record.bytes(64), WINDOW)
        locals_ = [local for local in range(WINDOW) if counts[local]]
        counts = [count for count in counts if count]
        check(len(counts) >= 64, "the documents of a window")
    end = record.at + tail_bytes
    counts = [count + record.varint() if count == TAIL else count for count in counts]
    check(record.at == end, "the tails of a window")
    check(locals_ == sorted(set(locals_)), "local numbers do not ascend")
    return [(window * WINDOW + local, count) for local, count in zip(locals_, counts)]


def read_hot(record, check):
    """[(window, bound, [(document, occurrences)])] of a hot record with windows, by entry."""
    kind, greatest, zero = record.fixed(1), record.fixed(1), record.fixed(2)
    first, entries, long_count = record.fixed(4), record.fixed(4), record.fixed(4)
    check(kind in (SPARSE, DENSE) and zero == 0, "the head of a hot record")
    gaps = list(record.bytes(entries)) if kind == SPARSE else [0] * entries
    bounds, sizes = record.bytes(entries), record.bytes(entries)
    for _ in range(long_count):
        entry, gap = record.fixed(4), record.fixed(4)
        check(gaps[entry] == 255 and gap >= 255, "a long gap")
        gaps[entry] = gap
    groups = [(record.fixed(4) if kind == SPARSE else None, record.fixed(4))
              for _ in range((entries - 1) // GROUP)]
    data, window, found = record.at, first - 1, []
    for entry in range(entries):
        window += 1 + gaps[entry]
        if entry and entry % GROUP == 0:
            at_window, offset = groups[entry // GROUP - 1]
            check(offset == record.at - data and at_window in (None, window), "a group's offset")
        size = sizes[entry] & 127
        documents = read_window(record, window, size, sizes[entry] >> 7, check) if size else []
        check(bool(size) == bool(bounds[entry]) and (size or kind == DENSE), "an empty window")
        found.append((window, bounds[entry], documents))
    filled = sum(1 for _, _, documents in found if documents)
    check(greatest == max(bounds), "the greatest bound")
    check((kind == DENSE) == (filled * 2 > window + 1 - first), "the kind of a hot record")
    check(record.ended(), "a hot record")
    return found


def read_variants(escape, count, check):
    """[code] of each of the positions of a document with several variants."""
    codes, number, last = [], -1, 0
    while not last:
        step = escape.varint()
        number, last = number + 1 + step // 2, step % 2
        codes.append(number)
    width = (len(codes) - 1).bit_length()
    packed = escape.fixed((count * width + 7) // 8)
    check(escape.ended() and width and packed >> count * width == 0, "an escape")
    places = [packed >> which * width & (1 << width) - 1 for which in range(count)]
    check(set(places) == set(range(len(codes))), "the variants of a document")
    return [codes[place] for place in places]


def read_part(record, documents, variants, check, part):
    """[(document, {code: [positions]})] of a part of a cold record."""
    codes = nibbles(record.bytes((len(documents) + 1) // 2), len(documents)) \
        if variants > 1 else [0] * len(documents)
    escapes = part(record.bytes(record.varint() if max(codes) > 13 else 0))
    found = []
    for (document, count), code in zip(documents, codes):
        if code == 15:
            each = read_variants(part(escapes.bytes(escapes.varint())), count, check)
        else:
            each = [code + (escapes.varint() if code == 14 else 0)] * count
        place, positions = 0, {}
        for which, code in enumerate(each):
            step = record.varint()
            check(code < variants and (step or not which), "a code or a position")
            place += step
            positions.setdefault(code, []).append(place)
        found.append((document, positions))
    check(record.ended() and escapes.ended(), "a part of a cold record")
    return found


def read_cold(record, entries, variants, check, part):
    """[(document, {code: [positions]})] of a class; entries are the documents by window."""
    offsets = [record.fixed(4) for _ in range((len(entries) - 1) // GROUP)]
    start, found = record.at, []
    for first in range(0, len(entries), GROUP):
        check(first == 0 or offsets[first // GROUP - 1] == record.at - start, "a cold offset")
        here = entries[first:first + GROUP]
        for documents, size in zip(here, [record.varint() for _ in here]):
            found += read_part(part(record.bytes(size)), documents, variants, check, part)
    check(record.ended(), "a cold record")
    return found
