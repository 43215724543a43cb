#include "common/store/family_encoder.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/rare_lists.h"
#include "common/store/family_record.h"

/** Bytes of the variants of one class. */
#define VARIANTS_BYTES_MAX ((size_t)1 << 40)

struct ark_family_encoder
ark_family_encoder_make(void)
{
    return (struct ark_family_encoder){.variant_bytes = ark_buf_make(VARIANTS_BYTES_MAX)};
}

void
ark_family_encoder_dispose(struct ark_family_encoder *encoder)
{
    ark_buf_dispose(&encoder->variant_bytes);
    free(encoder->stems);
    free(encoder->of_class);
}

void
ark_family_encoder_begin(struct ark_family_encoder *encoder, const struct ark_family_frame *frame,
                         bool some_listed)
{
    encoder->frame = frame;
    encoder->stem_count = 0;
    encoder->class_count = 0;
    encoder->last_df = some_listed ? frame->df : 1;
    ark_compact_set(&encoder->light, frame->key);
    ARK_GROW(encoder->stems, encoder->stems_capacity, frame->stem_count);
    memset(encoder->stems, 0, frame->stem_count * sizeof *encoder->stems);
}

void
ark_family_append_head(const struct ark_family_frame *frame, uint32_t class_count,
                       const struct ark_list_place *lists_start, struct ark_buf *out)
{
    ark_varint_append(out, frame->df);
    ark_varint_append(out, class_count);
    ark_varint_append(out, frame->stem_count);
    if (lists_start != NULL) {
        ark_varint_append(out, lists_start->hot - frame->base.hot + 1);
        ark_varint_append(out, lists_start->cold - frame->base.cold);
    } else if (frame->df > 1) {
        ark_varint_append(out, 0);
    }
}

/** Lists the stems of a class as its variants first have them; returns how many there are. */
static uint32_t
list_stems(struct ark_family_encoder *encoder, const struct ark_class_entry *class)
{
    uint32_t count = 0;
    ARK_GROW(encoder->of_class, encoder->of_class_capacity, class->variant_count);
    for (uint32_t code = 0; code < class->variant_count; code++) {
        struct ark_encoded_stem *stem = &encoder->stems[class->variants[code].stem_idx];
        if (stem->class != encoder->class_count) {
            stem->class = encoder->class_count;
            stem->local = count;
            encoder->of_class[count++] = class->variants[code].stem_idx;
        }
    }
    return count;
}

/** Appends the text of a stem that comes first here, and its df when asked. */
static void
append_new_stem(struct ark_family_encoder *encoder, uint32_t stem, bool counted,
                struct ark_buf *out)
{
    struct ark_compact text;
    ark_compact_set(&text, encoder->frame->stems[stem].text);
    ark_coded_append(out, ark_compact_view(&encoder->light), ark_compact_view(&text));
    if (counted && encoder->frame->df > 1) {
        ark_varint_append(out, encoder->frame->stems[stem].df);
    }
    encoder->stems[stem].number = ++encoder->stem_count;
}

/** The kind of the stems of a class that list_stems has listed. */
static unsigned
kind_of_stems(const struct ark_family_encoder *encoder, const struct ark_class_entry *class,
              uint32_t count)
{
    uint32_t first = encoder->of_class[0];
    if (count > 1) {
        return ARK_STEM_SEVERAL;
    }
    if (encoder->stems[first].number != 0) {
        return ARK_STEM_KNOWN;
    }
    return encoder->frame->stems[first].df == class->df ? ARK_STEM_ALIKE : ARK_STEM_NEW;
}

static void
append_stems(struct ark_family_encoder *encoder, unsigned kind, uint32_t count, struct ark_buf *out)
{
    if (kind == ARK_STEM_KNOWN) {
        ark_varint_append(out, encoder->stems[encoder->of_class[0]].number - 1);
        return;
    }
    if (kind != ARK_STEM_SEVERAL) {
        append_new_stem(encoder, encoder->of_class[0], kind == ARK_STEM_NEW, out);
        return;
    }
    ark_varint_append(out, count - 2);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t known = encoder->stems[encoder->of_class[i]].number;
        ark_varint_append(out, known);
        if (known == 0) {
            append_new_stem(encoder, encoder->of_class[i], true, out);
        }
    }
}

/** Where light begins in form, or form.len when it is no part of it. */
static size_t
find_in(ark_str form, ark_str light)
{
    for (size_t at = 0; light.len > 0 && at + light.len <= form.len; at++) {
        if (memcmp(form.bytes + at, light.bytes, light.len) == 0) {
            return at;
        }
    }
    return form.len;
}

/** The variant before this one in its class that has the same form, or its own place. */
static uint32_t
same_form(const struct ark_variant_record *variants, uint32_t code)
{
    uint32_t before = 0;
    // A form has several stems when its df is not that of its variant.
    while (variants[code].form_df != variants[code].df && before < code &&
           !ark_str_equal(variants[before].form, variants[code].form)) {
        before++;
    }
    return variants[code].form_df == variants[code].df ? code : before;
}

static unsigned
find_affix(const ark_str table[ARK_AFFIX_OTHER], ark_str part)
{
    unsigned at = 0;
    while (at < ARK_AFFIX_OTHER && !ark_str_equal(table[at], part)) {
        at++;
    }
    return at;
}

static void
append_spelt(struct ark_buf *out, ark_str part)
{
    ark_varint_append(out, part.len);
    ark_buf_append_str(out, part);
}

/** Appends a form by what stands before and after the light form in it. */
static void
append_around_light(struct ark_buf *out, ark_str before, ark_str after)
{
    struct ark_compact start;
    struct ark_compact end;
    ark_compact_set(&start, before);
    ark_compact_set(&end, after);
    unsigned low = find_affix(ark_affix_before, ark_compact_view(&start));
    unsigned high = find_affix(ark_affix_after, ark_compact_view(&end));
    ark_buf_push(out, (uint8_t)(low | high << 4));
    if (low == ARK_AFFIX_OTHER && high == ARK_AFFIX_OTHER) {
        ark_buf_push(out, ARK_FORM_AROUND_LIGHT);
    }
    if (low == ARK_AFFIX_OTHER) {
        append_spelt(out, ark_compact_view(&start));
    }
    if (high == ARK_AFFIX_OTHER) {
        append_spelt(out, ark_compact_view(&end));
    }
}

void
ark_family_encode_form(struct ark_buf *out, ark_str light, ark_str form)
{
    size_t at = find_in(form, light);
    if (at < form.len) {
        append_around_light(out, ark_str_slice(form, 0, at),
                            ark_str_slice(form, at + light.len, form.len));
        return;
    }
    struct ark_compact whole;
    ark_compact_set(&whole, form);
    ark_buf_push(out, ARK_VARIANT_SPECIAL);
    ark_buf_push(out, ARK_FORM_IN_FULL);
    append_spelt(out, ark_compact_view(&whole));
}

static void
append_form(struct ark_buf *out, ark_str light, const struct ark_variant_record *variants,
            uint32_t code)
{
    uint32_t before = same_form(variants, code);
    if (before == code) {
        ark_family_encode_form(out, light, variants[code].form);
        return;
    }
    ark_buf_push(out, ARK_VARIANT_SPECIAL);
    ark_buf_push(out, ARK_FORM_AS_BEFORE);
    ark_varint_append(out, before);
    ark_varint_append(out, variants[code].form_df);
}

static void
append_variants(struct ark_family_encoder *encoder, const struct ark_class_entry *class,
                uint32_t stem_count, struct ark_buf *out)
{
    for (uint32_t code = 0; code < class->variant_count; code++) {
        append_form(out, class->light, class->variants, code);
        if (stem_count > 1) {
            ark_varint_append(out, encoder->stems[class->variants[code].stem_idx].local);
        }
        if (class->df > 1 && class->variant_count > 1) {
            ark_varint_append(out, class->variants[code].df);
        }
    }
}

static void
append_records(const struct ark_class_entry *class, struct ark_buf *out)
{
    if (class->df > 1) {
        ark_varint_append(out, class->hot.len);
        ark_varint_append(out, class->cold.len);
        if (class->df >= ARK_RARE_CLASS_DF) {
            ark_varint_append(out, class->rare_bytes);
        }
        return;
    }
    ark_buf_append_str(out, class->hot);
    ark_varint_append(out, class->cold.len);
    ark_buf_append_str(out, class->cold);
}

void
ark_family_encoder_add(struct ark_family_encoder *encoder, const struct ark_class_entry *class,
                       struct ark_buf *out)
{
    struct ark_compact light;
    encoder->class_count++;
    uint32_t stems = list_stems(encoder, class);
    unsigned kind = kind_of_stems(encoder, class, stems);
    bool many = class->variant_count > ARK_CLASS_VARIANTS_LONG;
    uint32_t less = many ? ARK_CLASS_VARIANTS_LONG : class->variant_count - 1;
    ark_buf_push(out, (uint8_t)(kind | less << ARK_STEM_BITS));
    if (many) {
        ark_varint_append(out, class->variant_count - 1 - ARK_CLASS_VARIANTS_LONG);
    }
    ark_compact_set(&light, class->light);
    ark_coded_append(out, ark_compact_view(&encoder->light), ark_compact_view(&light));
    encoder->light = light;
    if (encoder->last_df > 1) {
        ark_varint_append(out, class->df);
    }
    encoder->last_df = class->df;
    append_records(class, out);
    append_stems(encoder, kind, stems, out);
    ark_buf_clear(&encoder->variant_bytes);
    append_variants(encoder, class, stems, &encoder->variant_bytes);
    if (class->variant_count > 1) {
        ark_varint_append(out, encoder->variant_bytes.len);
    }
    ark_buf_append_str(out, ark_buf_view(&encoder->variant_bytes));
}
