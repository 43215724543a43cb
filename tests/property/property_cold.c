/**
 * @file property_cold.c
 * Hot and cold records of random classes: the walk over all documents and the
 * look-up of one give what was written; what is read of damaged bytes, if
 * anything, is within bounds. Windows that are copied to another class, with
 * other codes and without some documents, are what writing these would have given.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/store/class_writer.h"
#include "common/store/lists.h"
#include "common/store/segment_impl.h"
#include "tests/support/random.h"

enum { CASES = 120, DAMAGES = 60, DOCUMENTS_MAX = 6000, ENTRIES_MAX = 24 };

/** What one document has: members ascend by number. */
struct expected {
    uint32_t doc;
    uint32_t count;
    struct ark_occurrence occurrences[ENTRIES_MAX];
    uint32_t tf;
    const uint32_t *positions;
};

/** A class as it should be, and as it was written. */
struct sample {
    struct ark_arena arena;
    uint32_t variant_count;
    struct ark_variant_record *variants; /**< by member */
    uint32_t *member_of;                 /**< by code */
    struct expected *documents;
    uint32_t df;
    struct ark_spool *hot;
    struct ark_spool *cold;
    struct ark_segment segment;
    struct ark_class class;
};

static uint32_t
random_tf(struct test_random *random)
{
    return test_random_one_in(random, 60) ? 10 + test_random_below(random, 400)
                                          : 1 + test_random_below(random, 6) / 4;
}

/** Gives each occurrence its positions: no two share one, and those of different members are mixed. */
static void
place_occurrences(struct sample *sample, struct test_random *random, struct expected *out)
{
    uint32_t *positions = ark_arena_calloc(&sample->arena, out->tf, sizeof *positions);
    uint32_t next[ENTRIES_MAX];
    uint32_t ends[ENTRIES_MAX];
    uint32_t total = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        next[i] = total;
        total += out->occurrences[i].tf;
        ends[i] = total;
    }
    uint32_t position = test_random_below(random, 300);
    for (uint32_t k = 0; k < out->tf; k++) {
        uint32_t i = test_random_below(random, out->count);
        while (next[i] == ends[i]) {
            i = (i + 1) % out->count;
        }
        positions[next[i]++] = position;
        position += 1 + test_random_below(random, test_random_one_in(random, 9) ? 40000 : 60);
    }
    out->positions = positions;
}

/** Members that a document has: mostly one of the first few. */
static void
make_document(struct sample *sample, struct test_random *random, struct expected *out)
{
    uint32_t wanted =
        test_random_one_in(random, 8) ? 1 + test_random_below(random, ENTRIES_MAX) : 1;
    uint32_t member = 0;
    out->count = 0;
    out->tf = 0;
    while (out->count < wanted && member < sample->variant_count) {
        uint32_t left = sample->variant_count - member;
        uint32_t step = test_random_one_in(random, 4)
                            ? test_random_below(random, left)
                            : test_random_below(random, left < 3 ? left : 3);
        member += step;
        out->occurrences[out->count] = (struct ark_occurrence){member, random_tf(random)};
        out->tf += out->occurrences[out->count++].tf;
        member++;
    }
    place_occurrences(sample, random, out);
}

static void
make_documents(struct sample *sample, struct test_random *random)
{
    static const uint32_t GAPS[] = {1, 2, 20, 200, 3000};
    uint32_t gap = GAPS[test_random_below(random, ARK_COUNT_OF(GAPS))];
    uint32_t wanted =
        1 + test_random_below(random, test_random_one_in(random, 2) ? 300 : DOCUMENTS_MAX);
    uint32_t doc = test_random_below(random, 1000);
    sample->variant_count = test_random_one_in(random, 3) ? 1 : 1 + test_random_below(random, 60);
    sample->variants =
        ark_arena_calloc(&sample->arena, sample->variant_count, sizeof *sample->variants);
    sample->documents = ark_arena_calloc(&sample->arena, wanted, sizeof *sample->documents);
    for (sample->df = 0; sample->df < wanted; sample->df++) {
        struct expected *document = &sample->documents[sample->df];
        make_document(sample, random, document);
        document->doc = doc;
        doc += 1 + test_random_below(random, gap);
        for (uint32_t i = 0; i < document->count; i++) {
            sample->variants[document->occurrences[i].member].df++;
        }
    }
    sample->segment.info.document_count = doc + test_random_below(random, 500);
}

/** The code of each member by falling df; forms are made so that equals keep their order. */
static void
number_variants(struct sample *sample)
{
    char text[16];
    sample->member_of = ark_arena_calloc(&sample->arena, sample->variant_count, sizeof(uint32_t));
    for (uint32_t i = 0; i < sample->variant_count; i++) {
        int len = snprintf(text, sizeof text, "%06u", (unsigned)i);
        sample->variants[i].form = ark_arena_dup(&sample->arena, ark_str_make(text, (size_t)len));
        sample->variants[i].form_df = sample->variants[i].df;
        uint32_t code = 0;
        for (uint32_t k = 0; k < sample->variant_count; k++) {
            uint32_t df = sample->variants[k].df;
            code += df > sample->variants[i].df || (df == sample->variants[i].df && k < i);
        }
        sample->member_of[code] = i;
    }
}

static void
sample_make(struct sample *sample, struct test_random *random)
{
    memset(sample, 0, sizeof *sample);
    sample->arena = ark_arena_make();
    make_documents(sample, random);
    number_variants(sample);
    sample->hot = ark_spool_new("/tmp");
    sample->cold = ark_spool_new("/tmp");
    struct ark_class_writer writer = ark_class_writer_make();
    ark_class_writer_begin(&writer, ARK_STR("light"), 0, sample->variants, sample->variant_count);
    for (uint32_t i = 0; i < sample->df; i++) {
        const struct expected *document = &sample->documents[i];
        struct ark_posting posting = {document->doc, document->count, document->occurrences,
                                      document->positions};
        ark_class_writer_add(&writer, 7, &posting);
    }
    ark_class_writer_end(&writer);
    sample->class = (struct ark_class){
        .light = ARK_STR("light"),
        .df = sample->df,
        .variant_count = sample->variant_count,
        .hot_bytes = writer.hot_records.len,
        .cold_bytes = writer.cold_records.len,
        .inline_hot = sample->df > 1
                          ? NULL
                          : ark_arena_dup(&sample->arena, ark_buf_view(&writer.hot_records)).bytes,
        .inline_cold =
            sample->df > 1
                ? NULL
                : ark_arena_dup(&sample->arena, ark_buf_view(&writer.cold_records)).bytes,
    };
    struct ark_term stem = {ARK_STR("s"), sample->df};
    struct ark_family_frame frame = {ARK_STR("k"), sample->df, &stem, 1, {0, 0}};
    struct ark_buf record = ark_buf_make(SIZE_MAX);
    const struct ark_family_sink sink = {
        .hot = sample->hot, .cold = sample->cold, .record = &record};
    struct ark_class_range range = {.first = 0, .count = 1};
    range.entries_start = ark_class_writer_end_family(&writer, 0, &frame);
    range.entries_end = writer.entries_bytes.len;
    enum ark_status status = ark_class_writer_put(&writer, &range, &frame, &sink, NULL);
    ARK_ASSERT(status == ARK_OK);
    ark_buf_dispose(&record);
    ark_class_writer_dispose(&writer);
    sample->segment.streams[ARK_STREAM_HOT] = ark_stream_of_spool(sample->hot, ARK_STREAM_HOT);
    sample->segment.streams[ARK_STREAM_COLD] = ark_stream_of_spool(sample->cold, ARK_STREAM_COLD);
}

static void
sample_dispose(struct sample *sample)
{
    ark_spool_free(sample->hot);
    ark_spool_free(sample->cold);
    ark_arena_dispose(&sample->arena);
}

/** The entries come by code; each must be the document's occurrence of that member. */
static void
check_posting(const struct sample *sample, const struct expected *document,
              const struct ark_cold_posting *found)
{
    ARK_ASSERT(found->entry_count == document->count);
    const uint32_t *positions = found->positions;
    for (uint32_t i = 0; i < found->entry_count; i++) {
        ARK_ASSERT(i == 0 || found->entries[i].code > found->entries[i - 1].code);
        ARK_ASSERT(found->entries[i].code < sample->variant_count);
        uint32_t member = sample->member_of[found->entries[i].code];
        const uint32_t *expected = document->positions;
        uint32_t k = 0;
        for (; k < document->count && document->occurrences[k].member != member; k++) {
            expected += document->occurrences[k].tf;
        }
        ARK_ASSERT(k < document->count && document->occurrences[k].tf == found->entries[i].tf);
        if (positions != NULL) {
            ARK_ASSERT(memcmp(positions, expected, found->entries[i].tf * sizeof *expected) == 0);
            positions += found->entries[i].tf;
        }
    }
}

static void
check_walk(struct sample *sample)
{
    struct ark_class_walk *walk = ark_class_walk_new(&sample->segment);
    enum ark_status status = ark_class_walk_start(walk, &sample->class, NULL);
    ARK_ASSERT(status == ARK_OK);
    for (uint32_t i = 0; i <= sample->df; i++) {
        const struct ark_class_posting *posting = NULL;
        status = ark_class_walk_next(walk, &posting, NULL);
        ARK_ASSERT(status == ARK_OK && (posting == NULL) == (i == sample->df));
        if (posting != NULL) {
            ARK_ASSERT(posting->doc == sample->documents[i].doc);
            ARK_ASSERT(posting->tf == sample->documents[i].tf);
            check_posting(sample, &sample->documents[i], &posting->cold);
        }
    }
    ark_class_walk_free(walk);
}

/** The documents [first, last) that one entry has. */
static void
find_entry(const struct sample *sample, const struct ark_hot *hot, uint32_t idx, uint32_t *first,
           uint32_t *last, uint32_t *entry)
{
    uint32_t window = sample->documents[idx].doc / ARK_WINDOW;
    bool small = hot->kind == ARK_HOT_SMALL;
    *first = idx;
    *last = idx;
    while (*first > 0 && (small || sample->documents[*first - 1].doc / ARK_WINDOW == window)) {
        --*first;
    }
    while (*last < sample->df && (small || sample->documents[*last].doc / ARK_WINDOW == window)) {
        ++*last;
    }
    *entry = small ? 0 : ark_hot_find(hot, window);
}

/** What is told place by place is what is told variant by variant. */
static void
check_places(const struct sample *sample, const struct ark_cold_window *window,
             struct ark_cold_place place, const struct ark_cold_posting *posting,
             struct ark_arena *arena)
{
    struct ark_cold_places found;
    uint8_t *sets = ark_arena_alloc(arena, sample->variant_count);
    for (uint32_t code = 0; code < sample->variant_count; code++) {
        sets[code] = (uint8_t)((code + place.rank) / 2 % (1 + place.rank % ARK_COLD_SETS));
    }
    bool sound = ark_cold_window_places(window, place, sets, arena, &found);
    const uint32_t *positions = posting->positions;
    ARK_ASSERT(sound);
    for (uint32_t i = 0; i < posting->entry_count; i++) {
        uint8_t set = sets[posting->entries[i].code];
        uint32_t at = 0;
        for (uint32_t k = 0; k < posting->entries[i].tf; k++, positions++) {
            if (found.positions == NULL) {
                ARK_ASSERT(set == 0);
                continue;
            }
            while (at < place.tf && found.positions[at] < *positions) {
                at++;
            }
            ARK_ASSERT(at < place.tf && found.positions[at] == *positions);
            ARK_ASSERT((found.marks == NULL ? found.set : found.marks[at]) == set);
        }
    }
}

/** Reads the documents of a window that are idx, and each third one after it, at once. */
static void
check_some(const struct sample *sample, const struct ark_cold_window *window, uint32_t first,
           uint32_t last, uint32_t idx, struct ark_arena *arena)
{
    struct ark_cold_place places[ARK_HOT_SMALL_DF];
    struct ark_cold_posting postings[ARK_HOT_SMALL_DF];
    uint32_t count = 0;
    uint64_t before = 0;
    for (uint32_t i = first; i < last; i++) {
        uint32_t tf = sample->documents[i].tf;
        if (i >= idx && (i - idx) % 3 == 0) {
            places[count++] = (struct ark_cold_place){i - first, tf, before};
        }
        before += tf;
    }
    bool sound = ark_cold_window_postings(window, places, count, arena, postings);
    ARK_ASSERT(sound);
    for (uint32_t i = 0; i < count; i++) {
        ARK_ASSERT(postings[i].positions != NULL);
        check_posting(sample, &sample->documents[first + places[i].rank], &postings[i]);
        check_places(sample, window, places[i], &postings[i], arena);
    }
}

/** What the occurrences of a document bring. */
static ark_float4
sum_values(const struct sample *sample, const struct expected *document, const uint8_t *sets,
           const ark_float4 *values)
{
    ark_float4 sum = {0};
    for (uint32_t code = 0; code < sample->variant_count; code++) {
        for (uint32_t k = 0; k < document->count; k++) {
            if (document->occurrences[k].member == sample->member_of[code]) {
                sum += values[sets[code]] * (float)document->occurrences[k].tf;
            }
        }
    }
    return sum;
}

/** Every step-th document of a window. */
static void
check_sums(const struct sample *sample, const struct ark_cold_window *window, uint32_t first,
           uint32_t last, uint32_t step)
{
    uint8_t *sets = ark_xcalloc(sample->variant_count, 1);
    ark_float4 *sums = ark_xcalloc(last - first, sizeof *sums);
    struct ark_cold_place *places = ark_xcalloc(last - first, sizeof *places);
    ark_float4 values[ARK_COLD_SETS];
    uint32_t count = 0;
    for (unsigned i = 0; i < ARK_COLD_SETS; i++) {
        values[i] = (ark_float4){(float)(i & 1), (float)(i >> 1 & 1), (float)(i >> 2), (float)i};
    }
    for (uint32_t code = 0; code < sample->variant_count; code++) { // few sets, or many
        sets[code] =
            (uint8_t)((code / (1 + step) * 7 + step) % (step % 2 == 0 ? 3 : ARK_COLD_SETS));
    }
    for (uint32_t i = step - 1; i < last - first; i += step) {
        places[count++] = (struct ark_cold_place){.rank = i, .tf = sample->documents[first + i].tf};
    }
    bool sound = ark_cold_window_sums(window, places, count, sets, values, sums);
    ARK_ASSERT(sound);
    for (uint32_t i = 0; i < count; i++) {
        const struct expected *document = &sample->documents[first + places[i].rank];
        ark_float4 expected = sum_values(sample, document, sets, values);
        ARK_ASSERT(memcmp(&sums[i], &expected, sizeof expected) == 0);
    }
    free(places);
    free(sums);
    free(sets);
}

static void
check_documents(struct sample *sample, struct test_random *random)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_hot hot;
    enum ark_status status = ark_segment_hot(&sample->segment, &sample->class, &arena, &hot, NULL);
    ARK_ASSERT(status == ARK_OK);
    struct ark_cold cold = ark_cold_open(&sample->segment, &sample->class, &hot, &arena);
    for (uint32_t k = 0; k < 60; k++) {
        uint32_t idx = test_random_below(random, sample->df);
        uint32_t first = 0;
        uint32_t last = 0;
        uint32_t entry = 0;
        find_entry(sample, &hot, idx, &first, &last, &entry);
        struct ark_cold_window window;
        status = ark_cold_read(&cold, entry, last - first, &window, NULL);
        ARK_ASSERT(status == ARK_OK);
        check_sums(sample, &window, first, last, 1 + idx % 5);
        check_some(sample, &window, first, last, idx, &arena);
    }
    ark_arena_dispose(&arena);
}

/** Another class, which gets the documents of a sample that are kept, so many numbers further on. */
struct copied {
    struct ark_variant_record *variants; /**< by member, so frequent there that codes are others */
    uint32_t *members;                   /**< by code of the sample */
    uint32_t *docs;                      /**< by document of the sample: its number there */
    uint32_t count;                      /**< documents that are kept */
};

/** Leaves out a share of the documents: none, few, or most. */
static void
choose_documents(struct sample *sample, struct test_random *random, struct copied *out)
{
    static const uint32_t KEPT_OF[] = {1000, 50, 10, 2};
    uint32_t kept_of = KEPT_OF[test_random_below(random, ARK_COUNT_OF(KEPT_OF))];
    uint32_t next = test_random_below(random, 3) * test_random_below(random, 300);
    bool dense = test_random_one_in(random, 2);
    out->docs = ark_arena_alloc(&sample->arena, sample->df * sizeof *out->docs);
    for (uint32_t i = 0; i < sample->df; i++) {
        bool kept = kept_of == 1000 || !test_random_one_in(random, kept_of);
        // Gaps stay, but for an offset, or are closed as those of documents that are left out.
        next = dense ? next + 1 : next + 1 + sample->documents[i].doc / 700;
        out->docs[i] = kept ? next : ARK_COLD_LEFT_OUT;
        out->count += kept;
    }
}

static struct copied
copied_make(struct sample *sample, struct test_random *random)
{
    struct copied copied = {0};
    size_t count = sample->variant_count;
    uint32_t *df = ark_arena_calloc(&sample->arena, count, sizeof *df);
    choose_documents(sample, random, &copied);
    for (uint32_t i = 0; i < sample->df; i++) {
        const struct expected *document = &sample->documents[i];
        for (uint32_t k = 0; k < document->count && copied.docs[i] != ARK_COLD_LEFT_OUT; k++) {
            df[document->occurrences[k].member]++;
        }
    }
    copied.variants = ark_arena_alloc(&sample->arena, count * sizeof *copied.variants);
    copied.members = ark_arena_alloc(&sample->arena, count * sizeof *copied.members);
    uint32_t others = test_random_one_in(random, 2) ? 1 : 200;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t member = sample->member_of[i];
        copied.members[i] = df[member] > 0 ? member : UINT32_MAX;
        copied.variants[i] = sample->variants[i];
        copied.variants[i].df = df[i] + test_random_below(random, others);
    }
    return copied;
}

/** Copies the class to the open one of writer. False when it is seen to be damaged. */
static bool
copy_class(struct sample *sample, const struct copied *copied, struct ark_class_writer *writer)
{
    struct ark_class_walk *walk = ark_class_walk_new(&sample->segment);
    uint8_t bounds[ARK_CLASS_WALK_DOCUMENTS];
    struct ark_class_window window = {0};
    struct ark_cold_window cold;
    uint32_t at = 0;
    memset(bounds, 7, sizeof bounds);
    ark_class_writer_copy_from(writer, copied->members, sample->variant_count);
    enum ark_status status = ark_class_walk_start(walk, &sample->class, NULL);
    while (status == ARK_OK) {
        status = ark_class_walk_window(walk, &window, NULL);
        if (status != ARK_OK || window.count == 0) {
            break;
        }
        status = ark_class_walk_cold(walk, &cold, NULL);
        const struct ark_posting_window posting = {window.count, copied->docs + at, window.tfs,
                                                   &cold};
        if (status == ARK_OK && !ark_class_writer_copy(writer, bounds, &posting)) {
            status = ARK_E_CORRUPT;
        }
        at += window.count;
    }
    ARK_ASSERT(status == ARK_E_CORRUPT || (status == ARK_OK && at == sample->df));
    ark_class_walk_free(walk);
    return status == ARK_OK;
}

static void
check_copy(struct sample *sample, struct test_random *random)
{
    const struct copied copied = copied_make(sample, random);
    if (copied.count == 0) {
        return;
    }
    struct ark_class_writer writers[2] = {ark_class_writer_make(), ark_class_writer_make()};
    for (unsigned i = 0; i < 2; i++) {
        ark_class_writer_begin(&writers[i], ARK_STR("light"), 0, copied.variants,
                               sample->variant_count);
    }
    for (uint32_t i = 0; i < sample->df; i++) {
        const struct expected *document = &sample->documents[i];
        struct ark_posting posting = {copied.docs[i], document->count, document->occurrences,
                                      document->positions};
        if (copied.docs[i] != ARK_COLD_LEFT_OUT) {
            ark_class_writer_add(&writers[0], 7, &posting);
        }
    }
    bool sound = copy_class(sample, &copied, &writers[1]);
    ARK_ASSERT(sound);
    for (unsigned i = 0; i < 2; i++) {
        ark_class_writer_end(&writers[i]);
    }
    ARK_ASSERT(ark_str_equal(ark_buf_view(&writers[0].hot_records),
                             ark_buf_view(&writers[1].hot_records)));
    ARK_ASSERT(ark_str_equal(ark_buf_view(&writers[0].cold_records),
                             ark_buf_view(&writers[1].cold_records)));
    ark_class_writer_dispose(&writers[0]);
    ark_class_writer_dispose(&writers[1]);
}

/** Copies a class that may be damaged: what comes of it does not matter, how it is read does. */
static void
copy_damaged(struct sample *sample, struct test_random *random)
{
    const struct copied copied = copied_make(sample, random);
    struct ark_class_writer writer = ark_class_writer_make();
    ark_class_writer_begin(&writer, ARK_STR("light"), 0, copied.variants, sample->variant_count);
    (void)copy_class(sample, &copied, &writer);
    ark_class_writer_dispose(&writer);
}

/** Walks a class whose bytes are changed or cut; returns whether all of it was read. */
static bool
walk_damaged(struct sample *sample, struct test_random *random, unsigned kind, const uint8_t *bytes,
             size_t len)
{
    struct ark_stream whole = sample->segment.streams[kind];
    struct ark_spool *spool = ark_spool_new("/tmp");
    enum ark_status status = ark_spool_append(spool, ark_str_make(bytes, len), NULL);
    ARK_ASSERT(status == ARK_OK);
    sample->segment.streams[kind] = ark_stream_of_spool(spool, kind);
    struct ark_class_walk *walk = ark_class_walk_new(&sample->segment);
    const struct ark_class_posting *posting = NULL;
    uint32_t read = 0;
    status = ark_class_walk_start(walk, &sample->class, NULL);
    while (status == ARK_OK) {
        status = ark_class_walk_next(walk, &posting, NULL);
        if (posting == NULL) {
            break;
        }
        ARK_ASSERT(status != ARK_OK || posting->doc < sample->segment.info.document_count);
        read += status == ARK_OK;
    }
    ARK_ASSERT(status == ARK_OK ? read == sample->df : status == ARK_E_CORRUPT);
    ark_class_walk_free(walk);
    copy_damaged(sample, random);
    ark_spool_free(spool);
    sample->segment.streams[kind] = whole;
    return status == ARK_OK;
}

static void
check_damage(struct sample *sample, struct test_random *random)
{
    for (unsigned kind = ARK_STREAM_HOT; kind <= ARK_STREAM_COLD && sample->df > 1; kind++) {
        struct ark_spool *spool = sample->segment.streams[kind].spool;
        size_t len = (size_t)ark_spool_bytes(spool);
        uint8_t *bytes = ark_xmalloc(len);
        enum ark_status status = ark_spool_read(spool, 0, len, bytes, NULL);
        ARK_ASSERT(status == ARK_OK);
        for (uint32_t i = 0; i < DAMAGES; i++) {
            // Near the front, where the tables are, as often as anywhere.
            uint32_t near = len < 64 || test_random_one_in(random, 2) ? (uint32_t)len : 64;
            uint32_t at = test_random_below(random, near);
            uint8_t before = bytes[at];
            bytes[at] = (uint8_t)test_random_u64(random);
            (void)walk_damaged(sample, random, kind, bytes, len);
            bytes[at] = before;
            bool sound =
                walk_damaged(sample, random, kind, bytes, test_random_below(random, (uint32_t)len));
            ARK_ASSERT(!sound);
        }
        free(bytes);
    }
}

int
main(void)
{
    struct test_random random = test_random_make(test_seed(20261122));
    uint32_t kinds[3] = {0};
    for (uint32_t i = 0; i < CASES; i++) {
        struct sample sample;
        sample_make(&sample, &random);
        check_walk(&sample);
        check_documents(&sample, &random);
        check_copy(&sample, &random);
        check_damage(&sample, &random);
        struct ark_hot hot;
        enum ark_status status =
            ark_segment_hot(&sample.segment, &sample.class, &sample.arena, &hot, NULL);
        ARK_ASSERT(status == ARK_OK);
        kinds[hot.kind]++;
        sample_dispose(&sample);
    }
    printf("classes: %u small, %u sparse, %u dense\n", (unsigned)kinds[0], (unsigned)kinds[1],
           (unsigned)kinds[2]);
    ARK_ASSERT(kinds[ARK_HOT_SMALL] > 0 && kinds[ARK_HOT_SPARSE] > 0 && kinds[ARK_HOT_DENSE] > 0);
    return 0;
}
