#include "common/store/family_record.h"

#include <stddef.h>

#include "common/store/class_writer.h"
#include "common/store/family_encoder.h"
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

/** A text that is looked for. */
struct wanted_text {
    ark_str compact;
    size_t shared; /**< bytes that it shares with the light form of the class */
};

/** Texts that are looked for among light forms or stems. */
struct wanted_texts {
    struct wanted_text *items;
    uint32_t count;
};

/** The classes of a family while they are read one after another. */
struct classes_walk {
    struct ark_record_reader *reader;
    struct ark_arena *arena;
    const struct ark_family *family;
    const struct ark_family_limits *limits;
    struct ark_list_place at; /**< where the lists so far end */
    struct ark_term *stems;
    uint32_t stem_count; /**< so far */
    uint32_t stems_max;  /**< in all */
    uint32_t last_df;    /**< of the class before */
    uint64_t variants;
    bool matches;               /**< texts are not put together, but compared with those wanted */
    const ark_str *light_texts; /**< the wanted ones */
    struct wanted_texts lights; /**< the same */
    struct wanted_texts by_stem;
    uint32_t *stem_wanted;    /**< by stem */
    struct ark_compact light; /**< of the class; only its length when matching */
};

/** Makes texts ready to be compared with those of a family with this compact key. */
static struct wanted_texts
prepare(const ark_str *texts, uint32_t count, ark_str key, struct ark_arena *arena)
{
    struct wanted_text *items = ark_arena_alloc(arena, count * sizeof *items);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *bytes = ark_arena_alloc(arena, 2 * texts[i].len);
        items[i].compact = ark_str_make(bytes, ark_compact_put(bytes, texts[i]));
        items[i].shared = ark_str_common_prefix(items[i].compact, key);
    }
    return (struct wanted_texts){items, count};
}

/** Bytes of a and b that are the same, before at most max; they are few. */
static inline size_t
same_bytes(const uint8_t *a, const uint8_t *b, size_t max)
{
    size_t same = 0;
    while (same < max && a[same] == b[same]) {
        same++;
    }
    return same;
}

/** Moves texts on to the next light form, which is coded after the one before. */
static void
follow_light(struct wanted_texts *texts, const struct ark_coded *light)
{
    for (uint32_t i = 0; i < texts->count; i++) {
        struct wanted_text *text = &texts->items[i];
        if (light->shared < text->shared) {
            text->shared = light->shared;
        }
        if (light->shared == text->shared) {
            size_t left = text->compact.len - text->shared;
            text->shared += same_bytes(text->compact.bytes + text->shared, light->rest.bytes,
                                       left < light->rest.len ? left : light->rest.len);
        }
    }
}

/** 1 + the number of the text that is coded after the light form, or 0. */
static uint32_t
find_wanted(const struct wanted_texts *texts, const struct ark_coded *coded)
{
    for (uint32_t i = 0; i < texts->count; i++) {
        const struct wanted_text *text = &texts->items[i];
        if (text->compact.len == coded->shared + coded->rest.len && text->shared >= coded->shared &&
            same_bytes(text->compact.bytes + coded->shared, coded->rest.bytes, coded->rest.len) ==
                coded->rest.len) {
            return i + 1;
        }
    }
    return 0;
}

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

/** Reads how many bytes the record of a class's rare variants has, and so where it is. */
static void
read_rare_place(struct classes_walk *walk, struct ark_class *class)
{
    uint64_t end = walk->limits->end.hot;
    class->rare_bytes = ark_record_u64(walk->reader);
    if (class->rare_bytes == 0) {
        return;
    }
    class->rare_offset = ark_hot_place(walk->at.hot, class->rare_bytes);
    if (class->rare_offset > end || class->rare_bytes > end - class->rare_offset) {
        walk->reader->failed = true;
        return;
    }
    walk->at.hot = class->rare_offset + class->rare_bytes;
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
    if (class->df >= ARK_RARE_CLASS_DF) {
        read_rare_place(walk, class);
    }
    walk->at.cold = class->cold_offset + class->cold_bytes;
}

/** Puts the text of a stem together, which is coded after the light form. */
static void
join_stem(struct classes_walk *walk, const struct ark_coded *coded, struct ark_term *term)
{
    struct ark_compact stem;
    memcpy(stem.bytes, walk->light.bytes, coded->shared);
    stem.len = coded->shared;
    walk->reader->failed |= !ark_coded_join(&stem, coded) ||
                            !ark_compact_copy(ark_compact_view(&stem), walk->arena, &term->text);
}

/** Reads a stem that no class before has; returns its number. */
static uint32_t
read_new_stem(struct classes_walk *walk, uint32_t class_df, bool counted)
{
    struct ark_coded coded = ark_coded_read(walk->reader);
    if (walk->reader->failed || walk->stem_count == walk->stems_max ||
        coded.shared > walk->light.len) {
        walk->reader->failed = true;
        return 0;
    }
    struct ark_term *term = &walk->stems[walk->stem_count];
    if (walk->matches) {
        walk->stem_wanted[walk->stem_count] = find_wanted(&walk->by_stem, &coded);
        term->text = ARK_STR("");
    } else {
        join_stem(walk, &coded, term);
    }
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
        // There is no variant before whose form it could have.
        reader->failed |= kind == ARK_FORM_AS_BEFORE || kind >= ARK_FORM_KINDS;
    } else {
        spelt = (affixes & 15) == ARK_AFFIX_OTHER || affixes >> 4 == ARK_AFFIX_OTHER;
    }
    for (unsigned i = 0; i < spelt; i++) {
        (void)ark_record_str(reader, ARK_COMPACT_BYTES_MAX);
    }
}

/** Compares the light form of a class with those wanted; it is not put together. */
static void
match_light(struct classes_walk *walk, const struct ark_coded *coded, struct ark_class *class)
{
    size_t len = coded->shared + coded->rest.len;
    if (coded->shared > walk->light.len || len > ARK_COMPACT_BYTES_MAX) {
        walk->reader->failed = true;
        return;
    }
    walk->light.len = len;
    follow_light(&walk->lights, coded);
    follow_light(&walk->by_stem, coded);
    const struct ark_coded whole = {(uint32_t)len, ARK_STR("")};
    class->light_wanted = find_wanted(&walk->lights, &whole);
    class->light =
        class->light_wanted != 0 ? walk->light_texts[class->light_wanted - 1] : walk->family->key;
}

/** Reads the light form of a class, or how it compares with those wanted. */
static void
read_light(struct classes_walk *walk, struct ark_class *class)
{
    struct ark_coded coded = ark_coded_read(walk->reader);
    if (walk->reader->failed) {
        return;
    }
    if (walk->matches) {
        match_light(walk, &coded, class);
        return;
    }
    walk->reader->failed |=
        !ark_coded_join(&walk->light, &coded) ||
        !ark_compact_copy(ark_compact_view(&walk->light), walk->arena, &class->light);
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
    read_light(walk, class);
    if (reader->failed) {
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

/** Stands before the record of a family whose key is set; the rest of the walk is 0. */
static void
walk_begin(struct classes_walk *walk, struct ark_record_reader *reader,
           const struct ark_family_limits *limits, struct ark_arena *arena,
           const struct ark_family *family)
{
    walk->reader = reader;
    walk->limits = limits;
    walk->arena = arena;
    walk->family = family;
    ark_compact_set(&walk->light, family->key);
}

/** Reads a family whose key is set. */
static bool
read_family(struct classes_walk *walk, struct ark_family *family)
{
    struct ark_record_reader *reader = walk->reader;
    family->df = read_df(reader, walk->limits->document_count);
    uint32_t class_count = read_count(reader, 4);
    walk->stems_max = read_count(reader, 1);
    walk->last_df = family->df;
    if (family->df > 1) {
        read_start(walk);
    }
    if (reader->failed || class_count == 0) {
        return false;
    }
    struct ark_class *classes = ark_arena_alloc(walk->arena, class_count * sizeof *classes);
    walk->stems = ark_arena_alloc(walk->arena, walk->stems_max * sizeof *walk->stems);
    walk->stem_wanted =
        walk->matches ? ark_arena_alloc(walk->arena, walk->stems_max * sizeof *walk->stem_wanted)
                      : NULL;
    for (uint32_t i = 0; i < class_count && !reader->failed; i++) {
        classes[i] = (struct ark_class){.df = 0};
        read_class(walk, &classes[i]);
    }
    family->classes = classes;
    family->class_count = class_count;
    family->stems = walk->stems;
    family->stem_count = walk->stem_count;
    family->stem_wanted = walk->stem_wanted;
    family->variant_count = (uint32_t)walk->variants;
    return !reader->failed && reader->at == reader->end && walk->variants <= UINT32_MAX &&
           walk->stem_count == walk->stems_max;
}

bool
ark_family_record_decode(struct ark_record_reader *reader, const struct ark_family_limits *limits,
                         struct ark_arena *arena, struct ark_family *family)
{
    struct classes_walk walk;
    memset(&walk, 0, offsetof(struct classes_walk, light)); // the text needs no clearing
    walk_begin(&walk, reader, limits, arena, family);
    return read_family(&walk, family);
}

bool
ark_family_record_match(struct ark_record_reader *reader, const struct ark_family_limits *limits,
                        const struct ark_family_wanted *wanted, struct ark_arena *arena,
                        struct ark_family *family)
{
    struct classes_walk walk;
    memset(&walk, 0, offsetof(struct classes_walk, light));
    walk_begin(&walk, reader, limits, arena, family);
    ark_str key = ark_compact_view(&walk.light);
    walk.matches = true;
    walk.light_texts = wanted->lights;
    walk.lights = prepare(wanted->lights, wanted->light_count, key, arena);
    walk.by_stem = prepare(wanted->stems, wanted->stem_count, key, arena);
    return read_family(&walk, family);
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
    uint32_t like;    /**< the variant that the one read last has the form of, or it itself */
    uint32_t df;      /**< of the one read last */
    uint32_t form_df; /**< of its form, 0: as many */
    uint32_t stem_idx;
    struct ark_compact form; /**< of the one read last, unless it is like another's */
    struct ark_compact light;
};

static void
variants_begin(struct variants_walk *walk, const struct ark_class *class)
{
    walk->reader = ark_record_reader_make(class->variant_bytes);
    walk->class = class;
    walk->df = class->df;
    ark_compact_set(&walk->light, class->light);
}

static void
read_form_as_before(struct variants_walk *walk, uint32_t code)
{
    walk->like = ark_record_u32_max(&walk->reader, UINT32_MAX);
    walk->reader.failed |= walk->like >= code;
    walk->form_df = read_df(&walk->reader, walk->class->df);
}

/** Reads the form of variant number code. */
static void
read_form(struct variants_walk *walk, uint32_t code)
{
    struct ark_record_reader *reader = &walk->reader;
    uint8_t affixes = ark_record_u8(reader);
    uint8_t kind = affixes == ARK_VARIANT_SPECIAL ? ark_record_u8(reader) : ARK_FORM_AROUND_LIGHT;
    walk->like = code;
    walk->form_df = 0;
    walk->form.len = 0;
    if (kind == ARK_FORM_AS_BEFORE) {
        read_form_as_before(walk, code);
    } else if (kind == ARK_FORM_IN_FULL) {
        add_affix(reader, ARK_AFFIX_OTHER, NULL, &walk->form);
    } else {
        reader->failed |= kind != ARK_FORM_AROUND_LIGHT;
        add_affix(reader, affixes & 15, ark_affix_before, &walk->form);
        add_light(reader, &walk->light, &walk->form);
        add_affix(reader, affixes >> 4, ark_affix_after, &walk->form);
    }
}

/** Reads variant number code, which is the next one. */
static bool
read_variant(struct variants_walk *walk, uint32_t code)
{
    struct ark_record_reader *reader = &walk->reader;
    const struct ark_class *class = walk->class;
    uint32_t last_df = walk->df;
    read_form(walk, code);
    uint32_t stem = class->stem_count > 1 ? ark_record_u32_max(reader, class->stem_count - 1) : 0;
    walk->stem_idx = class->stems[stem];
    if (class->df > 1 && class->variant_count > 1) {
        walk->df = read_df(reader, last_df); // they come by falling df
    }
    reader->failed |= walk->form_df != 0 && walk->form_df < walk->df;
    return !reader->failed && (code + 1 < class->variant_count || reader->at == reader->end);
}

/** Reads the variants of a class to where they belong. */
static bool
read_variants(const struct ark_class *class, struct ark_arena *arena, struct ark_variant *variants)
{
    struct variants_walk walk;
    bool sound = true;
    variants_begin(&walk, class);
    for (uint32_t code = 0; code < class->variant_count && sound; code++) {
        struct ark_variant *variant = &variants[code];
        if (!read_variant(&walk, code)) {
            return false;
        }
        variant->df = walk.df;
        variant->form_df = walk.form_df == 0 ? walk.df : walk.form_df;
        variant->stem_idx = walk.stem_idx;
        if (walk.like < code) {
            variant->form = variants[walk.like].form;
            variants[walk.like].form_df = walk.form_df;
            sound = walk.form_df >= variants[walk.like].df;
        } else {
            sound = ark_compact_copy(ark_compact_view(&walk.form), arena, &variant->form);
        }
    }
    return sound;
}

/** The forms that are looked for, as the class would write them. */
static ark_str *
encode_forms(const struct ark_class *class, const ark_str *forms, uint32_t count,
             struct ark_arena *arena)
{
    enum { ENCODED_MAX = 2 * ARK_COMPACT_BYTES_MAX };
    uint8_t bytes[ENCODED_MAX];
    ark_str *encoded = ark_arena_alloc(arena, count * sizeof *encoded);
    for (uint32_t i = 0; i < count; i++) {
        struct ark_buf buf = {.bytes = bytes, .capacity = ENCODED_MAX, .bytes_max = ENCODED_MAX};
        ark_family_encode_form(&buf, class->light, forms[i]);
        encoded[i] = ark_arena_dup(arena, ark_buf_view(&buf));
    }
    return encoded;
}

/** 1 + the number of the form that is written so, or 0. */
static uint32_t
find_encoded(const ark_str *encoded, uint32_t count, ark_str form)
{
    for (uint32_t i = 0; i < count; i++) {
        if (encoded[i].len == form.len &&
            same_bytes(encoded[i].bytes, form.bytes, form.len) == form.len) {
            return i + 1;
        }
    }
    return 0;
}

/** Passes over the form of a variant; true when it is another's, like and form_df of which are read. */
static bool
pass_form(struct ark_record_reader *reader, uint32_t code, uint32_t df_max,
          struct ark_variant_match *variants)
{
    bool special = reader->end - reader->at >= 2 && reader->at[0] == ARK_VARIANT_SPECIAL;
    if (!special || reader->at[1] != ARK_FORM_AS_BEFORE) {
        skip_variant(reader);
        return false;
    }
    reader->at += 2;
    uint32_t like = ark_record_u32_max(reader, UINT32_MAX);
    uint32_t form_df = read_df(reader, df_max);
    if (like >= code) {
        reader->failed = true;
        return true;
    }
    variants[like].form_df = form_df;
    variants[code] = variants[like];
    return true;
}

enum ark_status
ark_family_match_variants(const struct ark_class *class, const ark_str *forms, uint32_t form_count,
                          struct ark_arena *arena, const struct ark_variant_match **out,
                          struct ark_error *err)
{
    struct ark_record_reader reader = ark_record_reader_make(class->variant_bytes);
    uint32_t count = class->light_wanted != 0 ? form_count : 0;
    const ark_str *encoded = encode_forms(class, forms, count, arena);
    struct ark_variant_match *variants =
        ark_arena_alloc(arena, class->variant_count * sizeof *variants);
    bool counted = class->df > 1 && class->variant_count > 1;
    for (uint32_t code = 0; code < class->variant_count && !reader.failed; code++) {
        const uint8_t *start = reader.at;
        bool again = pass_form(&reader, code, class->df, variants);
        if (!again) {
            ark_str form = ark_str_make(start, (size_t)(reader.at - start));
            variants[code].wanted = find_encoded(encoded, count, form);
        }
        uint32_t stem =
            class->stem_count > 1 ? ark_record_u32_max(&reader, class->stem_count - 1) : 0;
        uint32_t df = counted ? read_df(&reader, class->df) : class->df;
        variants[code].stem_idx = class->stems[stem];
        variants[code].form_df = again ? variants[code].form_df : df;
        variants[code].df = df;
    }
    if (reader.failed || reader.at != reader.end) {
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
