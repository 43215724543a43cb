#include "tests/support/exercise.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/rare_lists.h"
#include "common/store/groups.h"
#include "common/store/lists.h"
#include "indexer/merger.h"

static void
note(struct exercise *exercise, enum ark_status status, const struct ark_error *err)
{
    if (status != ARK_OK && exercise->status == ARK_OK) {
        exercise->status = status;
        exercise->err = *err;
    }
}

/** Mixes bytes into the digest. */
static void
mix(struct exercise *exercise, ark_str bytes)
{
    uint64_t parts[2] = {exercise->digest, ark_content_hash(bytes)};
    exercise->digest = ark_content_hash(ark_str_make(parts, sizeof parts));
}

static void
mix_number(struct exercise *exercise, uint64_t number)
{
    mix(exercise, ark_str_make(&number, sizeof number));
}

/** Walks through the lists of a class, and reads all there is of each document. */
static void
walk_class(struct exercise *exercise, struct ark_segment *segment, const struct ark_class *class)
{
    struct ark_error err = {0};
    struct ark_class_walk *walk = ark_class_walk_new(segment);
    const struct ark_class_posting *posting = NULL;
    enum ark_status status = ark_class_walk_start(walk, class, &err);
    while (status == ARK_OK) {
        status = ark_class_walk_next(walk, &posting, &err);
        if (status != ARK_OK || posting == NULL) {
            break;
        }
        const struct ark_cold_posting *cold = &posting->cold;
        mix_number(exercise, posting->doc);
        mix(exercise, ark_str_make(cold->entries, cold->entry_count * sizeof *cold->entries));
        mix(exercise, ark_str_make(cold->positions, posting->tf * sizeof *cold->positions));
    }
    note(exercise, status, &err);
    ark_class_walk_free(walk);
}

/** Reads single windows of a class, as a query does. */
static void
seek_class(struct exercise *exercise, struct ark_segment *segment, const struct ark_class *class,
           struct ark_arena *arena)
{
    struct ark_error err = {0};
    struct ark_hot hot;
    struct ark_hot_window window;
    enum ark_status status = ark_segment_hot(segment, class, arena, &hot, &err);
    note(exercise, status, &err);
    if (status != ARK_OK || hot.kind == ARK_HOT_SMALL) {
        return;
    }
    uint32_t windows = ark_window_count(hot.document_count);
    for (uint32_t number = 0; number < windows; number += windows / 7 + 1) {
        uint32_t entry = ark_hot_find(&hot, number);
        if (entry != ARK_HOT_NO_ENTRY && ark_hot_entry_size(&hot, entry) > 0 &&
            ark_hot_window(&hot, entry, number, &window)) {
            mix_number(exercise, hot.bounds[entry]);
            mix(exercise, ark_str_make(window.tfs, window.count));
        }
    }
}

/** Reads the lists of the rare variants of a class. */
static void
read_rare(struct exercise *exercise, struct ark_segment *segment, const struct ark_family *family,
          const struct ark_class *class, struct ark_arena *arena)
{
    uint32_t docs[ARK_HOT_SMALL_DF];
    uint32_t tfs[ARK_HOT_SMALL_DF];
    const struct ark_variant *variants = family->variants + class->first_variant;
    uint32_t first = class->variant_count;
    while (class->rare_bytes > 0 && first > 0 && ark_is_rare(class->df, variants[first - 1].df)) {
        first--;
    }
    for (uint32_t code = first; code < class->variant_count; code++) {
        struct ark_error err = {0};
        struct ark_hot hot;
        const struct ark_rare_place place = {class->variant_count - first, code - first,
                                             variants[code].df};
        enum ark_status status = ark_segment_rare(segment, class, place, arena, &hot, &err);
        note(exercise, status, &err);
        if (status == ARK_OK && ark_hot_small(&hot, docs, tfs)) {
            mix(exercise, ark_str_make(docs, hot.df * sizeof *docs));
            mix(exercise, ark_str_make(tfs, hot.df * sizeof *tfs));
        }
    }
}

static void
read_family(struct exercise *exercise, struct ark_segment *segment, const struct ark_family *family,
            struct ark_arena *arena)
{
    struct ark_error err = {0};
    const struct ark_family *found = NULL;
    note(exercise, ark_segment_find_family(segment, family->key, arena, &found, &err), &err);
    mix(exercise, family->key);
    mix_number(exercise, found == NULL ? 0 : found->df);
    for (uint32_t i = 0; i < family->stem_count; i++) {
        mix(exercise, family->stems[i].text);
        mix_number(exercise, family->stems[i].df);
    }
    for (uint32_t i = 0; i < family->variant_count; i++) {
        mix(exercise, family->variants[i].form);
        mix_number(exercise, family->variants[i].df);
        mix_number(exercise, family->variants[i].form_df);
        mix_number(exercise, family->variants[i].stem_idx);
    }
    for (uint32_t i = 0; i < family->class_count; i++) {
        const struct ark_class *class = &family->classes[i];
        mix(exercise, class->light);
        mix_number(exercise, class->df);
        walk_class(exercise, segment, class);
        seek_class(exercise, segment, class, arena);
        read_rare(exercise, segment, family, class, arena);
    }
}

static void
read_families(struct exercise *exercise, struct ark_segment *segment)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_family_iterator *iterator = ark_family_iterator_new(segment);
    const struct ark_family *family = NULL;
    for (;;) {
        struct ark_error err = {0};
        enum ark_status status = ark_family_iterator_next(iterator, &family, &err);
        note(exercise, status, &err);
        if (status != ARK_OK || family == NULL) {
            break;
        }
        read_family(exercise, segment, family, &arena);
        ark_arena_reset(&arena);
    }
    ark_family_iterator_free(iterator);
    ark_arena_dispose(&arena);
}

static void
read_columns(struct exercise *exercise, struct ark_segment *segment, ark_docid doc,
             struct ark_arena *arena)
{
    struct ark_error err = {0};
    const uint8_t *dates = NULL;
    uint32_t title_length = 0;
    ark_str sketch;
    enum ark_status status = ark_segment_dates(segment, &dates, &err);
    note(exercise, status, &err);
    mix_number(exercise, status == ARK_OK ? ark_date_at(dates, doc) : 0);
    note(exercise, ark_segment_title_length(segment, doc, arena, &title_length, &err), &err);
    mix_number(exercise, title_length);
    status = ark_segment_sketch(segment, doc, arena, &sketch, &err);
    note(exercise, status, &err);
    mix(exercise, status == ARK_OK ? sketch : ARK_STR("?"));
}

/** Reads all forms in order, and seeks some of them. */
static void
read_forms(struct exercise *exercise, struct ark_segment *segment)
{
    struct ark_error err = {0};
    struct ark_form_iterator *iterator = ark_form_iterator_new(segment);
    struct ark_form_iterator *seeker = ark_form_iterator_new(segment);
    const struct ark_form *form = NULL;
    enum ark_status status = ark_form_iterator_next(iterator, &form, &err);
    for (uint32_t i = 0; status == ARK_OK && form != NULL; i++) {
        mix(exercise, form->text);
        mix_number(exercise, form->df);
        const struct ark_form *found = NULL;
        if (i % 8 == 0 && ark_form_iterator_seek(seeker, form->text, NULL) == ARK_OK &&
            ark_form_iterator_next(seeker, &found, NULL) == ARK_OK && found != NULL) {
            mix(exercise, found->text);
        }
        status = ark_form_iterator_next(iterator, &form, &err);
    }
    note(exercise, status, &err);
    ark_form_iterator_free(iterator);
    ark_form_iterator_free(seeker);
}

static void
read_documents(struct exercise *exercise, struct ark_segment *segment)
{
    struct ark_arena arena = ark_arena_make();
    for (ark_docid doc = 0; doc < ark_segment_info(segment)->document_count; doc++) {
        struct ark_error err = {0};
        struct ark_document_record record;
        ark_str title;
        ark_str body;
        enum ark_status status = ark_segment_document(segment, doc, &arena, &record, &err);
        if (status == ARK_OK) {
            mix(exercise, record.path);
            mix(exercise, record.fragment);
            mix(exercise, record.source);
            mix_number(exercise, record.date);
            mix_number(exercise,
                       ark_str_slice(record.path, record.name_start, record.path.len).len);
            status = ark_segment_text(segment, doc, &arena, &title, &body, &err);
        }
        note(exercise, status, &err);
        if (status == ARK_OK) {
            mix(exercise, title);
            mix(exercise, body);
        }
        read_columns(exercise, segment, doc, &arena);
        mix_number(exercise, ark_segment_length(segment, doc));
        mix_number(exercise, ark_segment_is_dead(segment, doc));
        ark_arena_reset(&arena);
    }
    ark_arena_dispose(&arena);
}

/** What a visitor of files needs: all documents of each file are visited too. */
struct visit {
    struct exercise *exercise;
    struct ark_snapshot *snapshot;
};

static bool
visit_place(void *context, const struct ark_document_place *place)
{
    struct visit *visit = context;
    mix(visit->exercise, place->fragment_hash);
    mix_number(visit->exercise, place->segment_id);
    mix_number(visit->exercise, place->doc);
    return true;
}

static bool
visit_file(void *context, const struct ark_file_record *file)
{
    struct visit *visit = context;
    struct ark_error err = {0};
    struct ark_file_record found_file;
    bool found = false;
    mix(visit->exercise, file->path);
    mix_number(visit->exercise, file->size_bytes);
    mix_number(visit->exercise, (uint64_t)file->mtime_ns);
    note(visit->exercise,
         ark_snapshot_find_file(visit->snapshot, file->path, &found_file, &found, &err), &err);
    note(visit->exercise,
         ark_snapshot_each_document_of(visit->snapshot, file->path, visit_place, visit, &err),
         &err);
    return true;
}

/** Reads which documents are near-duplicates. */
static void
read_groups(struct exercise *exercise, struct ark_snapshot *snapshot)
{
    struct ark_error err = {0};
    struct ark_arena arena = ark_arena_make();
    struct ark_groups groups = {0};
    enum ark_status status = ark_snapshot_groups(snapshot, &arena, &groups, &err);
    if (status == ARK_OK) {
        status = ark_groups_verify(&groups, snapshot, &err);
    }
    note(exercise, status, &err);
    mix_number(exercise, groups.member_count);
    mix_number(exercise, groups.group_count);
    ark_arena_dispose(&arena);
}

struct exercise
exercise_snapshot(struct ark_snapshot *snapshot)
{
    struct exercise exercise = {0};
    struct ark_error err = {0};
    const struct ark_store_figures *figures = ark_snapshot_figures(snapshot);
    mix_number(&exercise, figures->generation);
    mix_number(&exercise, figures->document_count);
    mix(&exercise, ark_str_from(figures->identity));
    for (uint32_t i = 0; i < figures->segment_count; i++) {
        struct ark_segment *segment = ark_snapshot_segment(snapshot, i);
        note(&exercise, ark_segment_verify(segment, &err), &err);
        read_families(&exercise, segment);
        read_forms(&exercise, segment);
        read_documents(&exercise, segment);
    }
    struct visit visit = {&exercise, snapshot};
    note(&exercise, ark_snapshot_each_file(snapshot, visit_file, &visit, &err), &err);
    read_groups(&exercise, snapshot);
    ark_str roots;
    enum ark_status status = ark_snapshot_roots(snapshot, &roots, &err);
    note(&exercise, status, &err);
    if (status == ARK_OK) {
        mix(&exercise, roots);
    }
    return exercise;
}

static enum ark_status
open_index(const char *dir, struct ark_store **store, struct ark_snapshot **snapshot,
           struct ark_error *err)
{
    const struct ark_store_options options = {0};
    enum ark_status status = ark_store_open(store, dir, &options, err);
    return status == ARK_OK ? ark_snapshot_open(snapshot, *store, err) : status;
}

struct exercise
exercise_index(const char *dir)
{
    struct exercise exercise = {0};
    struct ark_error err = {0};
    struct ark_store *store = NULL;
    struct ark_snapshot *snapshot = NULL;
    enum ark_status status = open_index(dir, &store, &snapshot, &err);
    if (status == ARK_OK) {
        exercise = exercise_snapshot(snapshot);
    }
    note(&exercise, status, &err);
    ark_snapshot_close(snapshot);
    ark_store_close(store);
    return exercise;
}

static enum ark_status
merge_all(struct ark_snapshot *snapshot, struct ark_error *err)
{
    uint32_t count = ark_snapshot_figures(snapshot)->segment_count;
    if (count == 0) {
        return ARK_OK;
    }
    struct ark_merge_input *inputs = ark_xcalloc(count, sizeof *inputs);
    for (uint32_t i = 0; i < count; i++) {
        inputs[i].segment = ark_snapshot_segment(snapshot, i);
    }
    struct ark_segment_data *merged = NULL;
    enum ark_status status = ark_merge(inputs, count, "/tmp", &merged, err);
    if (status == ARK_OK) {
        status = ark_segment_verify(ark_segment_data_reader(merged), err);
    }
    ark_segment_data_free(merged);
    free(inputs);
    return status;
}

struct exercise
exercise_merge(const char *dir)
{
    struct exercise exercise = {0};
    struct ark_error err = {0};
    struct ark_store *store = NULL;
    struct ark_snapshot *snapshot = NULL;
    enum ark_status status = open_index(dir, &store, &snapshot, &err);
    if (status == ARK_OK) {
        status = merge_all(snapshot, &err);
    }
    note(&exercise, status, &err);
    ark_snapshot_close(snapshot);
    ark_store_close(store);
    return exercise;
}
