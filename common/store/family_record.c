#include "common/store/family_record.h"

#include "common/store/class_writer.h"
#include "common/store/key_blocks.h"

/**
 * Chosen for the least bytes on prose and classical texts: .93 of all forms need no spelling out.
 * Wider ones, 16 and 16 or 12 and 20, win less than a hundredth.
 */
const ark_str ark_affix_before[ARK_AFFIX_OTHER] = {
    {(const uint8_t *)"", 0},
    {(const uint8_t *)"\xAA", 1},         // w
    {(const uint8_t *)"\x88\xA6", 2},     // al
    {(const uint8_t *)"\xAA\x88\xA6", 3}, // w-al
    {(const uint8_t *)"\xA3", 1},         // f
    {(const uint8_t *)"\x89", 1},         // b
    {(const uint8_t *)"\xA6", 1},         // l
    {(const uint8_t *)"\x89\x88\xA6", 3}, // b-al
    {(const uint8_t *)"\xA6\xA6", 2},     // ll
    {(const uint8_t *)"\xA5", 1},         // k
    {(const uint8_t *)"\xA5\x88\xA6", 3}, // k-al
    {(const uint8_t *)"\xA3\x88\xA6", 3}, // f-al
    {(const uint8_t *)"\x94", 1},         // s
    {(const uint8_t *)"\xAA\xA6", 2},     // w-l
    {(const uint8_t *)"\xAA\x89", 2},     // w-b
};

const ark_str ark_affix_after[ARK_AFFIX_OTHER] = {
    {(const uint8_t *)"", 0},
    {(const uint8_t *)"\xA9", 1},         // h
    {(const uint8_t *)"\xAC", 1},         // y
    {(const uint8_t *)"\xA9\x88", 2},     // ha
    {(const uint8_t *)"\xA9\xA7", 2},     // hm
    {(const uint8_t *)"\xAC\xA9", 2},     // yh
    {(const uint8_t *)"\xAC\xA8", 2},     // yn
    {(const uint8_t *)"\xAA\x88", 2},     // wa
    {(const uint8_t *)"\x88\x8B", 2},     // at
    {(const uint8_t *)"\xA8\x88", 2},     // na
    {(const uint8_t *)"\xAA\xA8", 2},     // wn
    {(const uint8_t *)"\x88\xA8", 2},     // an
    {(const uint8_t *)"\xA9\xA7\x88", 3}, // hma
    {(const uint8_t *)"\xA5\xA7", 2},     // km
    {(const uint8_t *)"\xA9\xA8", 2},     // hn
};

/** A count of things that take at least least_bytes each of what is left of the record. */
static uint32_t
read_count(struct ark_record_reader *reader, uint32_t least_bytes)
{
    uint64_t left = (uint64_t)(reader->end - reader->at) / least_bytes;
    return ark_record_u32_max(reader, left > UINT32_MAX ? UINT32_MAX : (uint32_t)left);
}

/** A number of documents that is not 0 and at most max. */
static uint32_t
read_df(struct ark_record_reader *reader, uint32_t max)
{
    uint32_t df = ark_record_u32_max(reader, max);
    reader->failed |= df == 0;
    return df;
}

/** The classes of a family while they are read one after another. */
struct classes_walk {
    struct ark_record_reader *reader;
    struct ark_arena *arena;
    const struct ark_family *family;
    const struct ark_family_limits *limits;
    struct ark_compact light; /**< of the class */
    struct ark_list_place at; /**< where the lists so far end */
    struct ark_term *stems;
    uint32_t stem_count; /**< so far */
    uint32_t stems_max;  /**< in all */
    uint32_t last_df;    /**< of the class before */
    uint64_t variants;
};

/** Reads the records of a class of one document that stand in the dictionary. */
static void
read_inline(struct ark_record_reader *reader, struct ark_class *class)
{
    class->inline_hot = reader->at;
    uint64_t value = ark_record_u64(reader);
    if ((value & 1) != 0) {
        (void)ark_record_u64(reader);
    }
    class->hot_bytes = (uint64_t)(reader->at - class->inline_hot);
    ark_str cold = ark_record_str(reader, UINT32_MAX);
    class->inline_cold = cold.bytes;
    class->cold_bytes = cold.len;
}

/** Reads how many bytes a class has in each stream, and so where. */
static void
read_places(struct classes_walk *walk, struct ark_class *class)
{
    const struct ark_list_place *end = &walk->limits->end;
    class->hot_bytes = ark_record_u64(walk->reader);
    class->cold_bytes = ark_record_u64(walk->reader);
    class->hot_offset = ark_hot_place(walk->at.hot, class->hot_bytes);
    class->cold_offset = walk->at.cold;
    if (class->hot_offset > end->hot || class->hot_bytes > end->hot - class->hot_offset ||
        class->cold_bytes > end->cold - class->cold_offset) {
        walk->reader->failed = true;
        return;
    }
    walk->at.hot = class->hot_offset + class->hot_bytes;
    walk->at.cold = class->cold_offset + class->cold_bytes;
}

/** Reads a stem that no class before has; returns its number. */
static uint32_t
read_new_stem(struct classes_walk *walk, uint32_t class_df, bool counted)
{
    struct ark_coded coded = ark_coded_read(walk->reader);
    struct ark_compact stem;
    if (walk->reader->failed || walk->stem_count == walk->stems_max ||
        coded.shared > walk->light.len) {
        walk->reader->failed = true;
        return 0;
    }
    memcpy(stem.bytes, walk->light.bytes, coded.shared);
    stem.len = coded.shared;
    struct ark_term *term = &walk->stems[walk->stem_count];
    walk->reader->failed |= !ark_coded_join(&stem, &coded) ||
                            !ark_compact_copy(ark_compact_view(&stem), walk->arena, &term->text);
    term->df = counted && walk->family->df > 1 ? read_df(walk->reader, walk->family->df) : class_df;
    return walk->stem_count++;
}

/** The number of a stem that was read before. */
static uint32_t
known_stem(struct classes_walk *walk, uint64_t number)
{
    walk->reader->failed |= number >= walk->stem_count;
    return (uint32_t)number;
}

static void
read_several_stems(struct classes_walk *walk, struct ark_class *class)
{
    uint64_t count = read_count(walk->reader, 1) + (uint64_t)2;
    if (walk->reader->failed || count > class->variant_count) {
        walk->reader->failed = true;
        return;
    }
    uint32_t *stems = ark_arena_alloc(walk->arena, count * sizeof *stems);
    for (uint64_t i = 0; i < count && !walk->reader->failed; i++) {
        uint64_t known = ark_record_u64(walk->reader);
        stems[i] = known == 0 ? read_new_stem(walk, class->df, true) : known_stem(walk, known - 1);
    }
    class->stems = stems;
    class->stem_count = (uint32_t)count;
}

static void
read_stems(struct classes_walk *walk, unsigned kind, struct ark_class *class)
{
    if (kind == ARK_STEM_SEVERAL) {
        read_several_stems(walk, class);
        return;
    }
    class->only_stem = kind == ARK_STEM_KNOWN
                           ? known_stem(walk, ark_record_u64(walk->reader))
                           : read_new_stem(walk, class->df, kind == ARK_STEM_NEW);
    class->stems = &class->only_stem;
    class->stem_count = 1;
}

/** Passes over the only variant of a class. */
static void
skip_variant(struct ark_record_reader *reader)
{
    uint8_t affixes = ark_record_u8(reader);
    unsigned spelt = 0;
    if (affixes == ARK_VARIANT_SPECIAL) {
        uint8_t kind = ark_record_u8(reader);
        spelt = kind == ARK_FORM_AROUND_LIGHT ? 2 : 1;
        reader->failed |= kind == ARK_FORM_AS_BEFORE; // there is none before
    } else {
        spelt = (affixes & 15) == ARK_AFFIX_OTHER || affixes >> 4 == ARK_AFFIX_OTHER;
    }
    for (unsigned i = 0; i < spelt; i++) {
        (void)ark_record_str(reader, ARK_COMPACT_BYTES_MAX);
    }
}

static void
read_class(struct classes_walk *walk, struct ark_class *class)
{
    struct ark_record_reader *reader = walk->reader;
    uint8_t head = ark_record_u8(reader);
    class->variant_count = (head >> ARK_STEM_BITS) + 1u;
    if (class->variant_count > ARK_CLASS_VARIANTS_LONG) {
        class->variant_count += read_count(reader, 1);
    }
    struct ark_coded light = ark_coded_read(reader);
    if (reader->failed || !ark_coded_join(&walk->light, &light) ||
        !ark_compact_copy(ark_compact_view(&walk->light), walk->arena, &class->light)) {
        reader->failed = true;
        return;
    }
    class->df = walk->last_df > 1 ? read_df(reader, walk->last_df) : 1;
    walk->last_df = class->df;
    if (class->df > 1) {
        read_places(walk, class);
    } else {
        read_inline(reader, class);
    }
    read_stems(walk, head & ((1u << ARK_STEM_BITS) - 1), class);
    if (class->variant_count > 1) {
        class->variant_bytes = ark_record_str(reader, UINT32_MAX);
    } else {
        class->variant_bytes.bytes = reader->at;
        skip_variant(reader);
        class->variant_bytes.len = (size_t)(reader->at - class->variant_bytes.bytes);
    }
    class->first_variant = (uint32_t)walk->variants;
    walk->variants += class->variant_count;
    // Each variant takes a byte at least.
    reader->failed |= class->variant_count > class->variant_bytes.len;
}

/** Where the lists of the family begin, if any class has lists. */
static void
read_start(struct classes_walk *walk)
{
    const struct ark_family_limits *limits = walk->limits;
    uint64_t hot = ark_record_u64(walk->reader);
    if (hot == 0) {
        walk->last_df = 1; // so that no class is taken to have more
        return;
    }
    uint64_t cold = ark_record_u64(walk->reader);
    if (hot - 1 > limits->end.hot - limits->base.hot ||
        cold > limits->end.cold - limits->base.cold) {
        walk->reader->failed = true;
        return;
    }
    walk->at = (struct ark_list_place){limits->base.hot + hot - 1, limits->base.cold + cold};
}

bool
ark_family_record_decode(struct ark_record_reader *reader, const struct ark_family_limits *limits,
                         struct ark_arena *arena, struct ark_family *family)
{
    struct classes_walk walk = {
        .reader = reader, .arena = arena, .family = family, .limits = limits};
    family->df = read_df(reader, limits->document_count);
    uint32_t class_count = read_count(reader, 4);
    walk.stems_max = read_count(reader, 1);
    walk.last_df = family->df;
    if (family->df > 1) {
        read_start(&walk);
    }
    if (reader->failed || class_count == 0) {
        return false;
    }
    struct ark_class *classes = ark_arena_calloc(arena, class_count, sizeof *classes);
    walk.stems = ark_arena_alloc(arena, walk.stems_max * sizeof *walk.stems);
    ark_compact_set(&walk.light, family->key);
    for (uint32_t i = 0; i < class_count && !reader->failed; i++) {
        read_class(&walk, &classes[i]);
    }
    family->classes = classes;
    family->class_count = class_count;
    family->stems = walk.stems;
    family->stem_count = walk.stem_count;
    family->variant_count = (uint32_t)walk.variants;
    return !reader->failed && reader->at == reader->end && walk.variants <= UINT32_MAX &&
           walk.stem_count == walk.stems_max;
}

/** Appends what is spelt out, or what a table has. */
static void
add_affix(struct ark_record_reader *reader, unsigned which, const ark_str *table,
          struct ark_compact *form)
{
    ark_str part =
        which == ARK_AFFIX_OTHER ? ark_record_str(reader, ARK_COMPACT_BYTES_MAX) : table[which];
    if (reader->failed || part.len > sizeof form->bytes - form->len) {
        reader->failed = true;
        return;
    }
    memcpy(form->bytes + form->len, part.bytes, part.len);
    form->len += part.len;
}

static void
add_light(struct ark_record_reader *reader, const struct ark_compact *light,
          struct ark_compact *form)
{
    if (light->len > sizeof form->bytes - form->len) {
        reader->failed = true;
        return;
    }
    memcpy(form->bytes + form->len, light->bytes, light->len);
    form->len += light->len;
}

/** The variants of a class while they are read. */
struct variants_walk {
    struct ark_record_reader reader;
    const struct ark_class *class;
    struct ark_compact light;
    struct ark_variant *variants;
    struct ark_arena *arena;
};

static void
read_form_as_before(struct variants_walk *walk, uint32_t code)
{
    struct ark_variant *variants = walk->variants;
    uint32_t before = ark_record_u32_max(&walk->reader, UINT32_MAX);
    if (before >= code) {
        walk->reader.failed = true;
        return;
    }
    variants[code].form = variants[before].form;
    variants[code].form_df = read_df(&walk->reader, walk->class->df);
    variants[before].form_df = variants[code].form_df;
}

/** Reads the form of variants[code]; those before it in its class are read. */
static void
read_form(struct variants_walk *walk, uint32_t code)
{
    struct ark_record_reader *reader = &walk->reader;
    struct ark_compact form;
    form.len = 0;
    uint8_t affixes = ark_record_u8(reader);
    uint8_t kind = affixes == ARK_VARIANT_SPECIAL ? ark_record_u8(reader) : ARK_FORM_AROUND_LIGHT;
    if (kind == ARK_FORM_AS_BEFORE) {
        read_form_as_before(walk, code);
        return;
    }
    reader->failed |= kind >= ARK_FORM_KINDS;
    if (kind == ARK_FORM_IN_FULL) {
        add_affix(reader, ARK_AFFIX_OTHER, NULL, &form);
    } else {
        add_affix(reader, affixes & 15, ark_affix_before, &form);
        add_light(reader, &walk->light, &form);
        add_affix(reader, affixes >> 4, ark_affix_after, &form);
    }
    reader->failed |=
        !ark_compact_copy(ark_compact_view(&form), walk->arena, &walk->variants[code].form);
}

/** Reads the variants of a class to where they belong. */
static bool
read_variants(const struct ark_class *class, struct ark_arena *arena, struct ark_variant *variants)
{
    struct variants_walk walk = {.reader = ark_record_reader_make(class->variant_bytes),
                                 .class = class,
                                 .variants = variants,
                                 .arena = arena};
    struct ark_record_reader *reader = &walk.reader;
    bool counted = class->df > 1 && class->variant_count > 1;
    ark_compact_set(&walk.light, class->light);
    for (uint32_t code = 0; code < class->variant_count && !reader->failed; code++) {
        read_form(&walk, code);
        uint32_t stem =
            class->stem_count > 1 ? ark_record_u32_max(reader, class->stem_count - 1) : 0;
        variants[code].stem_idx = class->stems[stem];
        variants[code].df = counted ? read_df(reader, class->df) : class->df;
    }
    for (uint32_t code = 0; code < class->variant_count; code++) {
        struct ark_variant *variant = &variants[code];
        variant->form_df = variant->form_df == 0 ? variant->df : variant->form_df;
        reader->failed |=
            variant->form_df < variant->df || (code > 0 && variant->df > variants[code - 1].df);
    }
    return !reader->failed && reader->at == reader->end;
}

enum ark_status
ark_family_variants(const struct ark_family *family, const struct ark_class *class,
                    struct ark_arena *arena, const struct ark_variant **out, struct ark_error *err)
{
    if (family->variants != NULL) {
        *out = family->variants + class->first_variant;
        return ARK_OK;
    }
    struct ark_variant *variants = ark_arena_calloc(arena, class->variant_count, sizeof *variants);
    if (!read_variants(class, arena, variants)) {
        return ark_key_blocks_damaged(err);
    }
    *out = variants;
    return ARK_OK;
}

bool
ark_family_variants_decode(struct ark_family *family, struct ark_arena *arena)
{
    struct ark_variant *variants = ark_arena_calloc(arena, family->variant_count, sizeof *variants);
    bool sound = true;
    for (uint32_t i = 0; i < family->class_count && sound; i++) {
        const struct ark_class *class = &family->classes[i];
        sound = read_variants(class, arena, variants + class->first_variant);
    }
    family->variants = variants;
    return sound;
}
