#include "common/store/family_counts.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/rare_lists.h"

/** A stem that no class has had yet, and one that several have. */
enum { CLASS_NONE = -1, CLASS_SEVERAL = -2 };

struct ark_family_counter {
    struct ark_segment *segment;
    struct ark_class_walk *walk;
    struct ark_arena arena; /**< of one window, of one record */
    struct ark_rare_writer rare;
    struct ark_buf rare_record; /**< as that of a class should be */
    uint32_t *variant_df;
    size_t variant_df_capacity;
    uint32_t *form_df;
    size_t form_df_capacity;
    uint32_t *first_like; /**< by variant: the first of its class with its form */
    size_t first_like_capacity;
    uint32_t *stem_df;
    size_t stem_df_capacity;
    int64_t *stem_class; /**< by stem: the only class that has it */
    size_t stem_class_capacity;
    uint64_t *seen;    /**< a bit a document: has the family; all clear between families */
    uint32_t *touched; /**< words of seen that are not 0 */
    size_t touched_count;
    size_t touched_capacity;
    uint64_t *keys; /**< stem << 32 | document, for stems of several classes */
    size_t key_count;
    size_t keys_capacity;
};

struct ark_family_counter *
ark_family_counter_new(struct ark_segment *segment)
{
    struct ark_family_counter *counter = ark_xcalloc(1, sizeof *counter);
    counter->segment = segment;
    counter->walk = ark_class_walk_new(segment);
    counter->arena = ark_arena_make();
    counter->rare = ark_rare_writer_make();
    counter->rare_record = ark_buf_make(SIZE_MAX);
    counter->seen = ark_xcalloc((size_t)ark_segment_info(segment)->document_count / 64 + 1,
                                sizeof *counter->seen);
    return counter;
}

void
ark_family_counter_free(struct ark_family_counter *counter)
{
    if (counter != NULL) {
        ark_class_walk_free(counter->walk);
        ark_arena_dispose(&counter->arena);
        ark_rare_writer_dispose(&counter->rare);
        ark_buf_dispose(&counter->rare_record);
        free(counter->variant_df);
        free(counter->form_df);
        free(counter->first_like);
        free(counter->stem_df);
        free(counter->stem_class);
        free(counter->seen);
        free(counter->touched);
        free(counter->keys);
        free(counter);
    }
}

/** Finds the first variant with the same form, if any can have one: see ark_variant. */
static void
find_like(struct ark_family_counter *counter, const struct ark_family *family,
          const struct ark_class *class)
{
    const struct ark_variant *variants = family->variants + class->first_variant;
    uint32_t *first_like = counter->first_like + class->first_variant;
    for (uint32_t i = 0; i < class->variant_count; i++) {
        uint32_t like = 0;
        while (!ark_str_equal(variants[like].form, variants[i].form)) {
            like++;
        }
        first_like[i] = like;
    }
}

static void
prepare(struct ark_family_counter *counter, const struct ark_family *family)
{
    uint32_t variants = family->variant_count;
    uint32_t stems = family->stem_count;
    ARK_GROW(counter->variant_df, counter->variant_df_capacity, variants);
    ARK_GROW(counter->form_df, counter->form_df_capacity, variants);
    ARK_GROW(counter->first_like, counter->first_like_capacity, variants);
    ARK_GROW(counter->stem_df, counter->stem_df_capacity, stems);
    ARK_GROW(counter->stem_class, counter->stem_class_capacity, stems);
    memset(counter->variant_df, 0, variants * sizeof *counter->variant_df);
    memset(counter->form_df, 0, variants * sizeof *counter->form_df);
    memset(counter->stem_df, 0, stems * sizeof *counter->stem_df);
    for (uint32_t i = 0; i < stems; i++) {
        counter->stem_class[i] = CLASS_NONE;
    }
    for (uint32_t i = 0; i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        find_like(counter, family, class);
        for (uint32_t k = 0; k < class->variant_count; k++) {
            int64_t *of = &counter->stem_class[family->variants[class->first_variant + k].stem_idx];
            *of = *of == CLASS_NONE || *of == i ? (int64_t)i : CLASS_SEVERAL;
        }
    }
    counter->key_count = 0;
    counter->touched_count = 0;
}

/** True when an entry before this one has the same form, or the same stem. */
static bool
comes_before(const struct ark_variant *variants, const uint32_t *first_like,
             const struct ark_cold_posting *posting, uint32_t entry, bool stem)
{
    uint32_t code = posting->entries[entry].code;
    for (uint32_t i = 0; i < entry; i++) {
        uint32_t other = posting->entries[i].code;
        if (stem ? variants[other].stem_idx == variants[code].stem_idx
                 : first_like[other] == first_like[code]) {
            return true;
        }
    }
    return false;
}

/** Counts a document that has these variants of the class. */
static void
count_entries(struct ark_family_counter *counter, const struct ark_family *family,
              const struct ark_class *class, ark_docid doc, const struct ark_cold_posting *posting)
{
    const struct ark_variant *variants = family->variants + class->first_variant;
    const uint32_t *first_like = counter->first_like + class->first_variant;
    uint64_t *word = &counter->seen[doc / 64];
    if (*word == 0) {
        ARK_GROW(counter->touched, counter->touched_capacity, counter->touched_count + 1);
        counter->touched[counter->touched_count++] = doc / 64;
    }
    *word |= (uint64_t)1 << doc % 64;
    for (uint32_t i = 0; i < posting->entry_count; i++) {
        uint32_t code = posting->entries[i].code;
        uint32_t stem = variants[code].stem_idx;
        counter->variant_df[class->first_variant + code]++;
        if (!comes_before(variants, first_like, posting, i, false)) {
            counter->form_df[class->first_variant + first_like[code]]++;
        }
        if (comes_before(variants, first_like, posting, i, true)) {
            continue;
        }
        if (counter->stem_class[stem] != CLASS_SEVERAL) {
            counter->stem_df[stem]++;
            continue;
        }
        ARK_GROW(counter->keys, counter->keys_capacity, counter->key_count + 1);
        counter->keys[counter->key_count++] = (uint64_t)stem << 32 | doc;
    }
}

static int
compare_keys(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/** Counts the distinct keys by stem. */
static void
count_keys(struct ark_family_counter *counter)
{
    if (counter->key_count == 0) {
        return;
    }
    qsort(counter->keys, counter->key_count, sizeof *counter->keys, compare_keys);
    for (size_t i = 0; i < counter->key_count; i++) {
        if (i == 0 || counter->keys[i] != counter->keys[i - 1]) {
            counter->stem_df[counter->keys[i] >> 32]++;
        }
    }
}

/** Counts the documents that were seen and forgets them. */
static uint32_t
count_seen(struct ark_family_counter *counter)
{
    uint32_t df = 0;
    for (size_t i = 0; i < counter->touched_count; i++) {
        uint64_t *word = &counter->seen[counter->touched[i]];
        df += ark_popcount64(*word);
        *word = 0;
    }
    return df;
}

/** Compares the record of a class's rare variants with what its documents have. */
static enum ark_status
check_rare(struct ark_family_counter *counter, const struct ark_class *class, struct ark_error *err)
{
    ark_str record = {.len = 0};
    enum ark_status status = ARK_OK;
    ark_buf_clear(&counter->rare_record);
    ark_rare_writer_finish(&counter->rare, &counter->rare_record);
    ark_arena_reset(&counter->arena);
    if (class->rare_bytes > 0) {
        status = ark_segment_rare_record(counter->segment, class, &counter->arena, &record, err);
    }
    bool same = ark_str_equal(record, ark_buf_view(&counter->rare_record));
    return status != ARK_OK || same ? status : ark_class_damaged(counter->segment, class, err);
}

/** Counts all documents of a class, and reads all there is of them. */
static enum ark_status
count_all(struct ark_family_counter *counter, const struct ark_family *family,
          const struct ark_class *class, struct ark_error *err)
{
    const struct ark_class_posting *posting = NULL;
    enum ark_status status = ark_class_walk_start(counter->walk, class, err);
    const struct ark_variant *variants = family->variants + class->first_variant;
    uint32_t first_rare = class->variant_count;
    while (first_rare > 0 && ark_is_rare(class->df, variants[first_rare - 1].df)) {
        first_rare--;
    }
    ark_rare_writer_begin(&counter->rare, class->variant_count - first_rare);
    while (status == ARK_OK) {
        status = ark_class_walk_next(counter->walk, &posting, err);
        if (status != ARK_OK || posting == NULL) {
            break;
        }
        count_entries(counter, family, class, posting->doc, &posting->cold);
        ark_rare_writer_add(&counter->rare, first_rare, posting->doc, posting->cold.entries,
                            posting->cold.entry_count);
    }
    return status == ARK_OK ? check_rare(counter, class, err) : status;
}

/** Finds the documents of a window that are left out; returns how many there are. */
static uint32_t
find_left_out(const struct ark_class_window *window, const ark_docid *renumbered,
              struct ark_cold_place *places)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < window->count; i++) {
        places[count] = (struct ark_cold_place){.rank = i, .tf = window->tfs[i]};
        count += renumbered[window->docs[i]] == ARK_DOCID_END ? 1 : 0;
    }
    return count;
}

/** Counts the documents of a class that are left out: few, so nothing of the others is read. */
static enum ark_status
count_left_out(struct ark_family_counter *counter, const struct ark_family *family,
               const struct ark_class *class, const ark_docid *renumbered, struct ark_error *err)
{
    struct ark_class_window window = {0};
    struct ark_cold_place places[ARK_CLASS_WALK_DOCUMENTS];
    struct ark_cold_posting postings[ARK_CLASS_WALK_DOCUMENTS];
    struct ark_cold_window cold;
    enum ark_status status = ark_class_walk_start(counter->walk, class, err);
    while (status == ARK_OK) {
        status = ark_class_walk_window(counter->walk, &window, err);
        if (status != ARK_OK || window.count == 0) {
            break;
        }
        uint32_t count = find_left_out(&window, renumbered, places);
        if (count == 0) {
            continue;
        }
        status = ark_class_walk_cold(counter->walk, &cold, err);
        ark_arena_reset(&counter->arena);
        if (status == ARK_OK &&
            !ark_cold_window_entries(&cold, places, count, &counter->arena, postings)) {
            status = ark_class_damaged(counter->segment, class, err);
        }
        for (uint32_t i = 0; status == ARK_OK && i < count; i++) {
            count_entries(counter, family, class, window.docs[places[i].rank], &postings[i]);
        }
    }
    return status;
}

enum ark_status
ark_family_count(struct ark_family_counter *counter, const struct ark_family *family,
                 const ark_docid *renumbered, struct ark_family_counts *out, struct ark_error *err)
{
    ARK_ASSERT(family->variants != NULL);
    prepare(counter, family);
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; status == ARK_OK && i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        status = renumbered == NULL ? count_all(counter, family, class, err)
                                    : count_left_out(counter, family, class, renumbered, err);
    }
    uint32_t df = count_seen(counter);
    if (status != ARK_OK) {
        return status;
    }
    count_keys(counter);
    for (uint32_t i = 0; i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        for (uint32_t k = 0; k < class->variant_count; k++) {
            counter->form_df[class->first_variant + k] =
                counter
                    ->form_df[class->first_variant + counter->first_like[class->first_variant + k]];
        }
    }
    *out = (struct ark_family_counts){df, counter->variant_df, counter->form_df, counter->stem_df};
    return ARK_OK;
}
