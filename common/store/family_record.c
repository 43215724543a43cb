#include "common/store/family_record.h"

#include "common/store/class_writer.h"
#include "common/store/key_blocks.h"

/** How a variant's form is written: see ark-index-format(5). */
enum { FORM_IN_FULL, FORM_AS_BEFORE, FORM_AROUND_LIGHT };

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

static void
read_stems(struct ark_record_reader *reader, struct ark_arena *arena, struct ark_family *family)
{
    uint32_t count = read_count(reader, 2);
    struct ark_term *stems = ark_arena_calloc(arena, count, sizeof *stems);
    ark_str previous = family->key;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        stems[i].text = ark_front_coded_read(reader, previous, arena);
        stems[i].df = family->df > 1 ? read_df(reader, family->df) : 1;
        previous = stems[i].text;
    }
    reader->failed |= count == 0;
    family->stems = stems;
    family->stem_count = count;
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

/** The ends of the records of the classes so far. */
struct ends {
    uint64_t hot;
    uint64_t cold;
};

static void
read_class(struct ark_record_reader *reader, const struct ark_family *family,
           const struct ark_family_limits *limits, struct ends *ends, struct ark_class *class)
{
    class->variant_count = read_count(reader, 1);
    class->df = family->df > 1 ? read_df(reader, family->df) : 1;
    if (class->df == 1) {
        read_inline(reader, class);
        return;
    }
    class->hot_bytes = ark_record_u64(reader);
    class->cold_bytes = ark_record_u64(reader);
    class->hot_offset = ark_hot_place(ends->hot, class->hot_bytes);
    class->cold_offset = ends->cold;
    if (class->hot_offset > limits->hot_bytes ||
        class->hot_bytes > limits->hot_bytes - class->hot_offset ||
        class->cold_bytes > limits->cold_bytes - class->cold_offset) {
        reader->failed = true;
        return;
    }
    ends->hot = class->hot_offset + class->hot_bytes;
    ends->cold = class->cold_offset + class->cold_bytes;
}

static void
read_classes(struct ark_record_reader *reader, const struct ark_family_limits *limits,
             struct ark_arena *arena, struct ark_family *family)
{
    uint32_t count = read_count(reader, 4);
    struct ark_class *classes = ark_arena_calloc(arena, count, sizeof *classes);
    struct ends ends = {0};
    bool some_stored = family->df > 1 && ark_record_u8(reader) != 0;
    if (some_stored) {
        ends.hot = ark_record_u64(reader);
        ends.cold = ark_record_u64(reader);
        reader->failed |= ends.hot > limits->hot_bytes || ends.cold > limits->cold_bytes;
    }
    ark_str previous = family->key;
    uint64_t variants = 0;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        classes[i].light = ark_front_coded_read(reader, previous, arena);
        previous = classes[i].light;
        read_class(reader, family, limits, &ends, &classes[i]);
        classes[i].variant_bytes = ark_record_str(reader, UINT32_MAX);
        classes[i].first_variant = (uint32_t)variants;
        variants += classes[i].variant_count;
        // Each variant takes two bytes at least.
        reader->failed |= classes[i].variant_count == 0 ||
                          classes[i].variant_count > classes[i].variant_bytes.len / 2 ||
                          classes[i].df > (i == 0 ? family->df : classes[i - 1].df) ||
                          (classes[i].df > 1 && !some_stored);
    }
    reader->failed |= count == 0 || variants > UINT32_MAX;
    family->classes = classes;
    family->class_count = reader->failed ? 0 : count;
    family->variant_count = reader->failed ? 0 : (uint32_t)variants;
}

/** Joins the form of a variant in the arena: bytes before the light form, it, bytes after. */
static ark_str
join_form(struct ark_record_reader *reader, ark_str light, uint32_t before, struct ark_arena *arena)
{
    ark_str start = ark_record_bytes(reader, before);
    ark_str end = ark_record_str(reader, ARK_LEXICON_TEXT_MAX);
    size_t len = start.len + light.len + end.len;
    if (reader->failed || len > ARK_LEXICON_TEXT_MAX) {
        reader->failed = true;
        return ARK_STR("");
    }
    if (start.len + end.len == 0) {
        return light;
    }
    uint8_t *text = ark_arena_alloc(arena, len);
    memcpy(text, start.bytes, start.len);
    memcpy(text + start.len, light.bytes, light.len);
    memcpy(text + start.len + light.len, end.bytes, end.len);
    return ark_str_make(text, len);
}

/** Reads the form of variants[code]; those before it in its class are read. */
static void
read_form(struct ark_record_reader *reader, const struct ark_class *class,
          struct ark_variant *variants, uint32_t code, struct ark_arena *arena)
{
    uint32_t kind = ark_record_u32_max(reader, FORM_AROUND_LIGHT + ARK_LEXICON_TEXT_MAX);
    if (kind == FORM_IN_FULL) {
        variants[code].form = ark_record_str(reader, ARK_LEXICON_TEXT_MAX);
    } else if (kind == FORM_AS_BEFORE) {
        uint32_t before = ark_record_u32_max(reader, UINT32_MAX);
        if (before >= code) {
            reader->failed = true;
            return;
        }
        variants[code].form = variants[before].form;
        variants[code].form_df = read_df(reader, class->df);
        variants[before].form_df = variants[code].form_df;
    } else {
        variants[code].form = join_form(reader, class->light, kind - FORM_AROUND_LIGHT, arena);
    }
}

/** Reads the variants of a class to where they belong. */
static bool
read_variants(const struct ark_family *family, const struct ark_class *class,
              struct ark_arena *arena, struct ark_variant *variants)
{
    struct ark_record_reader reader = ark_record_reader_make(class->variant_bytes);
    bool counted = class->df > 1 && class->variant_count > 1;
    for (uint32_t code = 0; code < class->variant_count && !reader.failed; code++) {
        read_form(&reader, class, variants, code, arena);
        if (family->stem_count > 1) {
            variants[code].stem_idx = ark_record_u32_max(&reader, family->stem_count - 1);
        }
        variants[code].df = counted ? read_df(&reader, class->df) : class->df;
    }
    for (uint32_t code = 0; code < class->variant_count; code++) {
        struct ark_variant *variant = &variants[code];
        variant->form_df = variant->form_df == 0 ? variant->df : variant->form_df;
        reader.failed |=
            variant->form_df < variant->df || (code > 0 && variant->df > variants[code - 1].df);
    }
    return !reader.failed && reader.at == reader.end;
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
    if (!read_variants(family, class, arena, variants)) {
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
        sound = read_variants(family, class, arena, variants + class->first_variant);
    }
    family->variants = variants;
    return sound;
}

bool
ark_family_record_decode(struct ark_record_reader *reader, const struct ark_family_limits *limits,
                         struct ark_arena *arena, struct ark_family *family)
{
    family->df = read_df(reader, limits->document_count);
    read_stems(reader, arena, family);
    if (!reader->failed) {
        read_classes(reader, limits, arena, family);
    }
    return !reader->failed && reader->at == reader->end;
}
