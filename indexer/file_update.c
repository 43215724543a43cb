#include "indexer/file_update.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/signals.h"
#include "common/base/translate.h"
#include "common/text/segment.h"
#include "indexer/preparer.h"

enum {
    DETAILS_BYTES_MAX = 256,
    // Of one file; a file of a million records without a known field would give as many.
    WARNINGS_MAX = 10,
};

/** One file being read. */
struct reading {
    struct ark_file_updater *updater;
    const struct ark_file_job *job;
    struct ark_reader_result result;
    uint64_t document_count;
    uint64_t bytes_before; /**< of files read before, for progress */
    uint64_t skip_count;   /**< of documents, said or not */
    uint64_t repair_count; /**< of documents with bytes that are wrong, said or not */
    bool keep_unseen;      /**< something could not be read that may be any of the old documents */
};

static ark_str
shown(const struct ark_file_job *job)
{
    return ark_str_slice(job->path, job->display_start, job->path.len);
}

static bool
is_standard_input(const struct ark_file_job *job)
{
    return ark_str_equal(job->path, ARK_STR("-"));
}

void
ark_warn_about_path(struct ark_console *console, const char *text, ark_str path,
                    size_t display_start)
{
    const char *found = NULL;
    // The path stands last, but for a fragment after it.
    for (const char *at = strstr(text, (const char *)path.bytes); at != NULL;
         at = strstr(at + 1, (const char *)path.bytes)) {
        found = at;
    }
    struct ark_buf shortened = ark_buf_make((size_t)2 * ARK_ERROR_BYTES_MAX);
    if (found == NULL || display_start > path.len) {
        ark_console_warn(console, text);
        return;
    }
    ark_buf_append(&shortened, text, (size_t)(found - text));
    ark_buf_append_str(&shortened, ark_str_from(found + display_start));
    ark_console_warn(console, ark_buf_cstr(&shortened));
    ark_buf_dispose(&shortened);
}

static int
compare_fragments(const void *left, const void *right)
{
    const struct ark_old_document *a = left;
    const struct ark_old_document *b = right;
    return memcmp(a->fragment_hash, b->fragment_hash, sizeof a->fragment_hash);
}

static struct ark_old_document *
find_old(struct ark_file_updater *updater, ark_str fragment)
{
    struct ark_old_document key;
    if (updater->old_count == 0) {
        return NULL;
    }
    ark_fragment_hash(fragment, key.fragment_hash);
    return bsearch(&key, updater->old, updater->old_count, sizeof *updater->old, compare_fragments);
}

static bool
collect_old(void *context, const struct ark_document_place *place)
{
    struct ark_file_updater *updater = context;
    ARK_GROW(updater->old, updater->old_capacity, updater->old_count + 1);
    struct ark_old_document *old = &updater->old[updater->old_count++];
    *old = (struct ark_old_document){.place = *place};
    ARK_ASSERT(place->fragment_hash.len == sizeof old->fragment_hash);
    memcpy(old->fragment_hash, place->fragment_hash.bytes, sizeof old->fragment_hash);
    return true;
}

enum ark_status
ark_file_load_old(struct ark_file_updater *updater, ark_str path, struct ark_error *err)
{
    updater->old_count = 0;
    if (updater->snapshot == NULL) {
        return ARK_OK;
    }
    enum ark_status status =
        ark_snapshot_each_document_of(updater->snapshot, path, collect_old, updater, err);
    if (status == ARK_OK && updater->old_count > 1) {
        qsort(updater->old, updater->old_count, sizeof *updater->old, compare_fragments);
    }
    return status;
}

enum ark_status
ark_document_record_at(struct ark_snapshot *snapshot, const struct ark_document_place *place,
                       struct ark_arena *arena, struct ark_document_record *out,
                       struct ark_error *err)
{
    uint32_t segment_count = ark_snapshot_figures(snapshot)->segment_count;
    for (uint32_t i = 0; i < segment_count; i++) {
        struct ark_segment *segment = ark_snapshot_segment(snapshot, i);
        const struct ark_segment_info *info = ark_segment_info(segment);
        if (info->id == place->segment_id && place->doc < info->document_count) {
            return ark_segment_document(segment, place->doc, arena, out, err);
        }
    }
    return ark_error_set(err, ARK_E_CORRUPT, "the index names a document that it does not hold");
}

enum ark_status
ark_document_forget(struct ark_file_updater *updater, ark_str shown_path,
                    const struct ark_document_place *place, struct ark_error *err)
{
    struct ark_console *console = updater->console;
    if (console->verbose > 0 || console->dry_run) {
        struct ark_arena arena = ark_arena_make();
        struct ark_document_record record;
        enum ark_status status =
            ark_document_record_at(updater->snapshot, place, &arena, &record, err);
        if (status == ARK_OK) {
            ark_console_change(console, ARK_CHANGE_REMOVED, shown_path, record.fragment, NULL);
        }
        ark_arena_dispose(&arena);
        if (status != ARK_OK) {
            return status;
        }
    }
    updater->figures->changed[ARK_CHANGE_REMOVED]++;
    if (updater->builder != NULL) {
        ark_builder_delete(updater->builder, place->segment_id, place->doc);
    }
    return ARK_OK;
}

/** Forgets the old documents that were not kept. */
static enum ark_status
forget_unseen(struct ark_file_updater *updater, ark_str shown_path, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    for (size_t i = 0; i < updater->old_count && status == ARK_OK; i++) {
        if (!updater->old[i].kept) {
            status = ark_document_forget(updater, shown_path, &updater->old[i].place, err);
        }
    }
    return status;
}

/** "text, windows-1256, 312 words", as far as known. */
static void
describe(const struct reading *reading, uint64_t words, struct ark_buf *out)
{
    const char *type = reading->result.type;
    const char *encoding = reading->result.encoding;
    ark_buf_append_str(out, ark_str_from(type == NULL ? "unknown type" : type));
    if (encoding != NULL) {
        ark_buf_append_str(out, ARK_STR(", "));
        ark_buf_append_str(out, ark_str_from(encoding));
    }
    if (reading->updater->builder != NULL) {
        ark_buf_printf(out, ", %" PRIu64 " %s", words, words == 1 ? "word" : "words");
    }
}

/** The builder counts words too, but later than they are shown. */
static uint64_t
count_words(ark_str text)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    uint64_t count = 0;
    while (ark_segmenter_next(&segmenter, &token)) {
        count++;
    }
    return count;
}

static enum ark_status
add_document(struct reading *reading, const struct ark_document *document, enum ark_change change,
             struct ark_error *err)
{
    struct ark_file_updater *updater = reading->updater;
    uint64_t words = 0;
    if (updater->builder != NULL) {
        enum ark_status status = ark_builder_add(updater->builder, reading->job->path,
                                                 (uint32_t)reading->job->name_start, document, err);
        if (status != ARK_OK) {
            return status;
        }
        if (updater->console->verbose > 0) {
            words = count_words(document->title) + count_words(document->body);
        }
    }
    updater->figures->changed[change]++;
    if (updater->console->verbose > 0 || updater->console->dry_run) {
        struct ark_buf details = ark_buf_make(DETAILS_BYTES_MAX);
        describe(reading, words, &details);
        ark_console_change(updater->console, change, shown(reading->job), document->fragment,
                           ark_buf_cstr(&details));
        ark_buf_dispose(&details);
    }
    return ARK_OK;
}

/** The readers' sink. */
static enum ark_status
take_document(void *context, const struct ark_document *document, struct ark_error *err)
{
    struct reading *reading = context;
    struct ark_file_updater *updater = reading->updater;
    if (ark_signals_pending() != 0) {
        return ark_error_set(err, ARK_E_INTERRUPTED, "interrupted");
    }
    struct ark_progress_state *progress = &updater->console->progress.state;
    progress->documents_done++;
    if (reading->document_count++ > 0) {
        progress->documents_total = 0; // a file of records: nobody knows how many
    }
    progress->bytes_done = reading->bytes_before + reading->result.bytes_read;
    ark_progress_tick(&updater->console->progress);
    struct ark_old_document *old = find_old(updater, document->fragment);
    if (old != NULL) {
        old->kept = true;
        if (old->place.content_hash == ark_document_hash(document)) {
            return ARK_OK;
        }
        if (updater->builder != NULL) {
            ark_builder_delete(updater->builder, old->place.segment_id, old->place.doc);
        }
    }
    return add_document(reading, document, old == NULL ? ARK_CHANGE_ADDED : ARK_CHANGE_REPLACED,
                        err);
}

/** Prints a report unless the file has had enough of its kind. */
static void
warn_within_limit(const struct reading *reading, const struct ark_skip *skip, uint64_t *count)
{
    struct ark_console *console = reading->updater->console;
    if ((*count)++ < WARNINGS_MAX || console->verbose > 0) {
        ark_warn_about_path(console, skip->error->text, reading->job->path,
                            reading->job->display_start);
    }
}

/** The readers' reports. */
static void
take_skip(void *context, const struct ark_skip *skip)
{
    struct reading *reading = context;
    struct ark_file_updater *updater = reading->updater;
    if (ark_signals_pending() != 0) {
        return; // the read was interrupted, the file is well
    }
    if (skip->kind == ARK_SKIP_BINARY && (!reading->job->named || skip->fragment.len > 0)) {
        bool member = skip->fragment.len > 0;
        ark_foreign_count(&updater->figures->foreign, member ? skip->fragment : reading->job->path);
        ark_console_binary(updater->console, shown(reading->job), skip->fragment);
        return;
    }
    if (skip->kind == ARK_SKIP_BYTES) {
        warn_within_limit(reading, skip, &reading->repair_count);
        return;
    }
    struct ark_old_document *old =
        skip->fragment.len > 0 ? find_old(updater, skip->fragment) : NULL;
    if (old != NULL) {
        old->kept = true;
    }
    // A record that cannot be read, so that its id is unknown, may be any of the old ones.
    reading->keep_unseen |= old == NULL;
    updater->figures->skipped++;
    warn_within_limit(reading, skip, &reading->skip_count);
}

/** Says how many warnings of one kind were left out: of count, one and many tell the number. */
static void
warn_of_rest(const struct reading *reading, uint64_t count, const char *one, const char *many)
{
    struct ark_console *console = reading->updater->console;
    if (count <= WARNINGS_MAX || console->verbose > 0) {
        return;
    }
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    ark_translate_count(one, many, count - WARNINGS_MAX, &text);
    ark_buf_append_str(&text, ARK_STR(": "));
    ark_buf_append_str(&text, shown(reading->job));
    ark_console_warn(console, ark_buf_cstr(&text));
    ark_buf_dispose(&text);
}

/** Writes the row of a file so that the next run can pass over it. */
static void
remember(const struct reading *reading)
{
    const struct ark_reader_result *result = &reading->result;
    bool all_failed = result->document_count == 0 && result->skipped_count > 0;
    // What failed is tried again by the next run, unless others of the file were read.
    if (reading->updater->builder == NULL || is_standard_input(reading->job) || result->failed ||
        all_failed) {
        return;
    }
    struct ark_file_record row = {
        .path = reading->job->path,
        .size_bytes = result->facts.size_bytes,
        .mtime_ns = result->facts.mtime_ns,
        .content_hash = result->facts_known ? result->facts.content_hash : 0,
    };
    ark_builder_remember_file(reading->updater->builder, &row);
}

/** True when only the file's time has moved: its row is then renewed. */
static bool
is_same_file(struct ark_file_updater *updater, const struct ark_file_job *job)
{
    struct ark_file_facts facts;
    if (job->known_hash == 0 ||
        ark_reader_file_facts((const char *)job->path.bytes, &facts, NULL) != ARK_OK ||
        facts.content_hash != job->known_hash) {
        return false;
    }
    if (updater->builder != NULL) {
        struct ark_file_record row = {.path = job->path,
                                      .size_bytes = facts.size_bytes,
                                      .mtime_ns = facts.mtime_ns,
                                      .content_hash = facts.content_hash};
        ark_builder_remember_file(updater->builder, &row);
    }
    return true;
}

enum ark_status
ark_file_update(struct ark_file_updater *updater, const struct ark_file_job *job,
                uint64_t *document_count, struct ark_error *err)
{
    struct ark_progress_state *progress = &updater->console->progress.state;
    struct reading reading = {.updater = updater, .job = job, .bytes_before = progress->bytes_done};
    const struct ark_reader_calls calls = {
        .sink = take_document, .skip = take_skip, .context = &reading};
    enum ark_status status = ark_file_load_old(updater, job->path, err);
    if (status != ARK_OK) {
        return status;
    }
    *document_count = updater->old_count;
    if (!is_same_file(updater, job)) {
        status = ark_reader_read(job->reader, (const char *)job->path.bytes, &calls,
                                 &reading.result, err);
        if (status == ARK_OK && ark_signals_pending() != 0) {
            status = ark_error_set(err, ARK_E_INTERRUPTED, "interrupted");
        }
        if (status != ARK_OK) {
            return status;
        }
        warn_of_rest(&reading, reading.repair_count,
                     ARK_N_COUNT("{} more document with bad bytes (-v names each)",
                                 "{} more documents with bad bytes (-v names each)"));
        warn_of_rest(&reading, reading.skip_count,
                     ARK_N_COUNT("{} more document skipped (-v names each)",
                                 "{} more documents skipped (-v names each)"));
        // Another stream on standard input has other documents; only --delete removes those before.
        if (!reading.result.failed && !reading.keep_unseen && !is_standard_input(job)) {
            status = forget_unseen(updater, shown(job), err);
        }
        remember(&reading);
        *document_count = reading.document_count;
    }
    // What the walk saw; standard input has no size.
    progress->bytes_done =
        reading.bytes_before + (job->size_bytes > 0 ? job->size_bytes : reading.result.bytes_read);
    ark_progress_tick(&updater->console->progress);
    return status;
}

enum ark_status
ark_file_forget(struct ark_file_updater *updater, ark_str path, size_t display_start,
                struct ark_error *err)
{
    enum ark_status status = ark_file_load_old(updater, path, err);
    if (status == ARK_OK) {
        status = forget_unseen(updater, ark_str_slice(path, display_start, path.len), err);
    }
    if (status == ARK_OK && updater->builder != NULL) {
        ark_builder_forget_file(updater->builder, path);
    }
    return status;
}

void
ark_file_updater_dispose(struct ark_file_updater *updater)
{
    free(updater->old);
    updater->old = NULL;
    updater->old_count = 0;
    updater->old_capacity = 0;
}
