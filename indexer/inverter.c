#include "indexer/inverter.h"

#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/jobs.h"
#include "common/base/memory.h"
#include "common/base/signals.h"
#include "indexer/families.h"
#include "indexer/part_sort.h"

struct ark_inverter {
    struct ark_word_table *table;
    uint32_t *words; /**< one a token, in the order of the text; in the end their ranks */
    size_t word_count;
    size_t words_capacity;
    struct ark_run_document *documents;
    size_t document_count;
    size_t documents_capacity;
};

struct ark_inverter *
ark_inverter_new(void)
{
    struct ark_inverter *inverter = ark_xcalloc(1, sizeof *inverter);
    inverter->table = ark_word_table_new();
    return inverter;
}

void
ark_inverter_free(struct ark_inverter *inverter)
{
    if (inverter != NULL) {
        ark_word_table_free(inverter->table);
        free(inverter->words);
        free(inverter->documents);
        free(inverter);
    }
}

struct ark_word_table *
ark_inverter_words(struct ark_inverter *inverter)
{
    return inverter->table;
}

void
ark_inverter_add(struct ark_inverter *inverter, const uint32_t *words, uint32_t title_tokens,
                 uint32_t token_count)
{
    ARK_ASSERT(title_tokens <= token_count);
    ARK_GROW(inverter->documents, inverter->documents_capacity, inverter->document_count + 1);
    inverter->documents[inverter->document_count++] =
        (struct ark_run_document){inverter->word_count, title_tokens};
    ARK_GROW(inverter->words, inverter->words_capacity, inverter->word_count + token_count);
    if (token_count > 0) {
        memcpy(inverter->words + inverter->word_count, words, token_count * sizeof *words);
    }
    inverter->word_count += token_count;
}

/**
 * Entries of a part at least: sorting is a pass over all tokens for each part;
 * and parts of a run at most: entries take memory.
 */
enum { PART_ENTRIES = 1 << 20, PARTS_MAX = 20 };

/** Parts for each job at least, so that no job waits long for the last one. */
enum { PARTS_A_JOB = 2 };

/** A run of fewer tokens than this is not parted for the sake of several jobs. */
enum { PARTED_TOKENS = 64 * 1024 };

/** Entries that a part is to have. */
static size_t
part_entries(size_t total, unsigned jobs)
{
    size_t parts = total / PART_ENTRIES + 1;
    if (jobs > 1 && parts < (size_t)PARTS_A_JOB * jobs && total >= PARTED_TOKENS) {
        parts = (size_t)PARTS_A_JOB * jobs;
    }
    return total / (parts < PARTS_MAX ? parts : PARTS_MAX) + 1;
}

size_t
ark_inverter_bytes(const struct ark_inverter *inverter)
{
    // The entries of the parts of two jobs, and their lists.
    enum { PARTS_BYTES = 2 * sizeof(struct ark_entry) + 8 };
    size_t parts = part_entries(inverter->word_count, 1) * PARTS_BYTES;
    uint32_t word_count = ark_word_table_count(inverter->table);
    uint32_t family_count = ark_word_table_family_count(inverter->table);
    return inverter->word_count * sizeof *inverter->words +
           inverter->document_count * sizeof *inverter->documents +
           ark_word_table_shed_bytes(inverter->table) +
           ark_families_bytes(word_count, family_count) + word_count * sizeof(size_t) + parts;
}

/** Some tokens whose words are to be ranked, and how many there are by class. */
struct ranking {
    const struct ark_families *families;
    uint32_t *words;
    size_t count;
    uint32_t *by_class;
};

/** Puts ranks in the place of words. */
static void
rank_some(void *context, unsigned worker, void *item)
{
    // Each step waits for the one before, so memory is asked for in two steps.
    enum { RANK_AHEAD = 16, CLASS_AHEAD = 8 };
    (void)context;
    (void)worker;
    const struct ranking *ranking = item;
    const uint32_t *rank = ranking->families->rank;
    const struct ark_word_place *place = ranking->families->place;
    uint32_t *words = ranking->words;
    size_t count = ranking->count;
    ARK_ASSERT(count <= UINT32_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i + RANK_AHEAD < count && words[i + RANK_AHEAD] != ARK_WORD_NONE) {
            ARK_PREFETCH(&rank[words[i + RANK_AHEAD]]);
        }
        if (i + CLASS_AHEAD < count && words[i + CLASS_AHEAD] != ARK_WORD_NONE) {
            ARK_PREFETCH(&place[rank[words[i + CLASS_AHEAD]]]);
        }
        if (words[i] != ARK_WORD_NONE) {
            words[i] = rank[words[i]];
            ranking->by_class[place[words[i]].class_idx]++;
        }
    }
}

/** Ranks all words on all jobs; returns where each class starts. */
static size_t *
rank_words(struct ark_inverter *inverter, const struct ark_families *families, unsigned job_count)
{
    uint32_t class_count = families->first_class[families->count];
    struct ark_jobs *jobs = ark_jobs_new(job_count, job_count, rank_some, NULL);
    struct ranking *rankings = ark_xcalloc(job_count, sizeof *rankings);
    size_t done = 0;
    for (unsigned i = 0; i < job_count; i++) {
        size_t end = inverter->word_count / job_count * (i + 1);
        end = i + 1 == job_count ? inverter->word_count : end;
        rankings[i] = (struct ranking){families, inverter->words + done, end - done,
                                       ark_xcalloc(class_count, sizeof(uint32_t))};
        ark_jobs_add(jobs, &rankings[i]);
        done = end;
    }
    size_t *start = ark_xcalloc((size_t)class_count + 1, sizeof *start);
    for (unsigned i = 0; i < job_count; i++) {
        const struct ranking *ranking = ark_jobs_take(jobs);
        for (uint32_t class_idx = 0; class_idx < class_count; class_idx++) {
            start[class_idx + 1] += ranking->by_class[class_idx];
        }
        free(ranking->by_class);
    }
    for (uint32_t i = 0; i < class_count; i++) {
        start[i + 1] += start[i];
    }
    ark_jobs_free(jobs);
    free(rankings);
    return start;
}

/** Some families, one after another, on their way to the segment. */
struct part {
    uint32_t first;
    uint32_t end;
    struct ark_family_writer *writer;
    enum ark_status status;
    struct ark_error error;
};

/** What a thread needs. */
struct worker {
    struct ark_part_sorter *sorter;
    struct ark_family_encoding *encoding;
};

/** The lists of a run in the making. */
struct encoding {
    const struct ark_run_lists *lists;
    struct worker *workers;
    struct part *parts; /**< so many as there are slots, used in turn */
    size_t part_count;
    size_t part_entries;
    struct ark_segment_writer *writer;
    uint32_t next_family;
};

static void
encode_part(void *context, unsigned worker_idx, void *item)
{
    const struct encoding *encoding = context;
    const struct worker *worker = &encoding->workers[worker_idx];
    struct part *part = item;
    struct ark_entry *entries = ark_part_sorter_sort(worker->sorter, part->first, part->end);
    size_t start = ark_family_start(encoding->lists, part->first);
    part->status = ARK_OK;
    for (uint32_t i = part->first; part->status == ARK_OK && i < part->end; i++) {
        struct ark_entry *own = entries + (ark_family_start(encoding->lists, i) - start);
        part->status = ark_family_encode(worker->encoding, i, own, part->writer, &part->error);
    }
    ark_family_writer_sort_forms(part->writer);
}

/** Cuts off the next part. */
static void
cut_part(struct encoding *encoding, struct part *part)
{
    uint32_t family_count = encoding->lists->families->count;
    part->first = encoding->next_family;
    part->end = part->first;
    size_t start = ark_family_start(encoding->lists, part->first);
    while (part->end < family_count &&
           ark_family_start(encoding->lists, part->end) - start < encoding->part_entries) {
        part->end++;
    }
    encoding->next_family = part->end;
}

/** Has the families encoded by all jobs, and puts them into the segment in their order. */
static enum ark_status
encode_all(struct encoding *encoding, struct ark_jobs *jobs, struct ark_error *err)
{
    size_t added = 0;
    enum ark_status status = ARK_OK;
    while (status == ARK_OK) {
        bool more = encoding->next_family < encoding->lists->families->count;
        if (more && !ark_jobs_is_full(jobs)) {
            struct part *part = &encoding->parts[added++ % encoding->part_count]; // taken long ago
            cut_part(encoding, part);
            ark_jobs_add(jobs, part);
            continue;
        }
        struct part *done = ark_jobs_take(jobs);
        if (done == NULL) {
            break;
        }
        status = done->status == ARK_OK
                     ? ark_segment_writer_take(encoding->writer, done->writer, err)
                     : ark_error_set(err, done->status, "%s", done->error.text);
        if (status == ARK_OK && ark_signals_pending() != 0) {
            status = ark_error_set(err, ARK_E_INTERRUPTED, "interrupted");
        }
    }
    return status;
}

/** Writes the lists of all families. */
static enum ark_status
write_families(const struct ark_run_lists *lists, const struct ark_run_tokens *tokens,
               struct ark_segment_writer *writer, unsigned job_count, struct ark_error *err)
{
    // One thread alone uses the memory of one part again and again; of several, one is put away.
    size_t part_count = job_count == 1 ? 1 : (size_t)job_count + 1;
    struct encoding encoding = {
        .lists = lists,
        .workers = ark_xcalloc(job_count, sizeof(struct worker)),
        .parts = ark_xcalloc(part_count, sizeof(struct part)),
        .part_count = part_count,
        .part_entries = part_entries(ark_family_start(lists, lists->families->count), job_count),
        .writer = writer,
    };
    for (unsigned i = 0; i < job_count; i++) {
        encoding.workers[i].sorter = ark_part_sorter_new(lists, tokens);
        encoding.workers[i].encoding = ark_family_encoding_new(lists);
    }
    for (size_t i = 0; i < part_count; i++) {
        encoding.parts[i].writer = ark_segment_writer_families(writer);
    }
    struct ark_jobs *jobs = ark_jobs_new(job_count, part_count, encode_part, &encoding);
    enum ark_status status = encode_all(&encoding, jobs, err);
    ark_jobs_free(jobs);
    for (size_t i = 0; i < part_count; i++) {
        ark_family_writer_free(encoding.parts[i].writer);
    }
    for (unsigned i = 0; i < job_count; i++) {
        ark_part_sorter_free(encoding.workers[i].sorter);
        ark_family_encoding_free(encoding.workers[i].encoding);
    }
    free(encoding.parts);
    free(encoding.workers);
    return status;
}

static void
clear(struct ark_inverter *inverter)
{
    ark_word_table_reset(inverter->table);
    inverter->word_count = 0;
    inverter->document_count = 0;
}

enum ark_status
ark_inverter_finish(struct ark_inverter *inverter, struct ark_segment_writer *writer, unsigned jobs,
                    struct ark_error *err)
{
    ark_word_table_shed(inverter->table);
    struct ark_families families = ark_families_make(inverter->table, jobs);
    size_t *start =
        rank_words(inverter, &families, inverter->word_count < PARTED_TOKENS ? 1 : jobs);
    const struct ark_run_lists lists = {
        .families = &families,
        .start = start,
        .document_count = (uint32_t)inverter->document_count,
    };
    const struct ark_run_tokens tokens = {
        .ranks = inverter->words,
        .count = inverter->word_count,
        .documents = inverter->documents,
        .document_count = lists.document_count,
    };
    enum ark_status status = write_families(&lists, &tokens, writer, jobs, err);
    free(start);
    ark_families_dispose(&families);
    clear(inverter);
    return status;
}
