#include "indexer/inverter.h"

#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/jobs.h"
#include "common/base/memory.h"
#include "common/base/signals.h"
#include "indexer/families.h"
#include "indexer/family_encoding.h"

/** Where a document's tokens begin, and how many are its title's. */
struct document {
    size_t first_token;
    uint32_t title_tokens;
};

struct ark_inverter {
    struct ark_word_table *table;
    uint32_t *words; /**< one a token, in the order of the text */
    size_t word_count;
    size_t words_capacity;
    struct document *documents;
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
        (struct document){inverter->word_count, title_tokens};
    ARK_GROW(inverter->words, inverter->words_capacity, inverter->word_count + token_count);
    if (token_count > 0) {
        memcpy(inverter->words + inverter->word_count, words, token_count * sizeof *words);
    }
    inverter->word_count += token_count;
}

size_t
ark_inverter_bytes(const struct ark_inverter *inverter)
{
    // The words, their entries, and by word: its order, its place, the end of its class.
    uint32_t word_count = ark_word_table_count(inverter->table);
    return inverter->word_count * (sizeof *inverter->words + sizeof(struct ark_entry)) +
           inverter->document_count * sizeof *inverter->documents +
           ark_word_table_bytes(inverter->table) + ark_families_bytes(word_count) +
           word_count * sizeof(size_t);
}

/** What the counting sort goes through. */
struct sorting {
    const struct ark_inverter *inverter;
    const struct ark_families *families;
    size_t *end; /**< by class: first where its entries begin, in the end where they end */
    struct ark_entry *entries;
};

/** Puts the tokens of one document behind the entries that their classes have. */
static void
distribute(const struct sorting *sorting, uint32_t doc, size_t token_end)
{
    // Each step waits for the one before, so memory is asked for in three steps.
    enum { WORD_AHEAD = 24, CLASS_AHEAD = 16, ENTRY_AHEAD = 8 };
    const struct ark_inverter *inverter = sorting->inverter;
    const struct document *document = &inverter->documents[doc];
    const struct ark_word_place *place = sorting->families->place;
    const uint32_t *words = inverter->words;
    size_t body = document->first_token + document->title_tokens;
    for (size_t i = document->first_token; i < token_end; i++) {
        if (i + WORD_AHEAD < token_end && words[i + WORD_AHEAD] != ARK_WORD_NONE) {
            ARK_PREFETCH(&place[words[i + WORD_AHEAD]]);
        }
        if (i + CLASS_AHEAD < token_end && words[i + CLASS_AHEAD] != ARK_WORD_NONE) {
            ARK_PREFETCH(&sorting->end[place[words[i + CLASS_AHEAD]].class_idx]);
        }
        if (i + ENTRY_AHEAD < token_end && words[i + ENTRY_AHEAD] != ARK_WORD_NONE) {
            ARK_PREFETCH(&sorting->entries[sorting->end[place[words[i + ENTRY_AHEAD]].class_idx]]);
        }
        if (words[i] == ARK_WORD_NONE) {
            continue;
        }
        struct ark_word_place to = place[words[i]];
        uint32_t position = (uint32_t)(i - document->first_token);
        sorting->entries[sorting->end[to.class_idx]++] = (struct ark_entry){
            .doc = doc,
            .member = to.member,
            .position = i < body ? position : position + ARK_FIELD_GAP,
        };
    }
}

/** Distributes all tokens to their classes, in the order of the text: a counting sort. */
static struct ark_entry *
sort_entries(const struct ark_inverter *inverter, const struct ark_families *families, size_t *end)
{
    size_t total = 0;
    for (size_t i = 0; i < inverter->word_count; i++) {
        if (inverter->words[i] != ARK_WORD_NONE) {
            end[families->place[inverter->words[i]].class_idx + 1]++;
            total++;
        }
    }
    for (uint32_t i = 0; i < families->first_class[families->count]; i++) {
        end[i + 1] += end[i];
    }
    struct sorting sorting = {inverter, families, end,
                              ark_xmalloc(total * sizeof(struct ark_entry))};
    for (size_t doc = 0; doc < inverter->document_count; doc++) {
        size_t token_end = doc + 1 < inverter->document_count
                               ? inverter->documents[doc + 1].first_token
                               : inverter->word_count;
        distribute(&sorting, (uint32_t)doc, token_end);
    }
    return sorting.entries;
}

/** Some families, one after another, on their way to the segment. */
struct range {
    uint32_t first;
    uint32_t end;
    struct ark_family_writer *writer;
    enum ark_status status;
    struct ark_error error;
};

/** Entries in a range: enough that handing it over costs nothing beside it. */
enum { RANGE_ENTRIES = 32 * 1024 };

/** Ranges that are worked at or wait, for each job. */
enum { RANGES_A_JOB = 3 };

/** The lists of a run in the making. */
struct encoding {
    const struct ark_sorted_entries *entries;
    struct ark_family_encoding **by_worker;
    unsigned jobs;
    struct range *ranges; /**< RANGES_A_JOB for each job, used in turn */
    struct ark_segment_writer *writer;
    uint32_t next_family;
};

static void
encode_range(void *context, unsigned worker, void *item)
{
    const struct encoding *encoding = context;
    struct range *range = item;
    range->status = ARK_OK;
    for (uint32_t i = range->first; range->status == ARK_OK && i < range->end; i++) {
        range->status =
            ark_family_encode(encoding->by_worker[worker], i, range->writer, &range->error);
    }
}

/** Cuts off the next range. */
static void
cut_range(struct encoding *encoding, struct range *range)
{
    size_t count = 0;
    range->first = encoding->next_family;
    range->end = range->first;
    while (range->end < encoding->entries->families->count && count < RANGE_ENTRIES) {
        count += ark_family_entry_count(encoding->entries, range->end++);
    }
    encoding->next_family = range->end;
}

/** Has the families encoded by all jobs, and puts them into the segment in their order. */
static enum ark_status
encode_all(struct encoding *encoding, struct ark_jobs *jobs, struct ark_error *err)
{
    size_t ranges = (size_t)encoding->jobs * RANGES_A_JOB;
    size_t added = 0;
    enum ark_status status = ARK_OK;
    while (status == ARK_OK) {
        bool more = encoding->next_family < encoding->entries->families->count;
        if (more && !ark_jobs_is_full(jobs)) {
            struct range *range = &encoding->ranges[added++ % ranges]; // taken long ago
            cut_range(encoding, range);
            ark_jobs_add(jobs, range);
            continue;
        }
        struct range *done = ark_jobs_take(jobs);
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
write_families(const struct ark_sorted_entries *entries, struct ark_segment_writer *writer,
               unsigned job_count, struct ark_error *err)
{
    size_t ranges = (size_t)job_count * RANGES_A_JOB;
    struct encoding encoding = {
        .entries = entries,
        .by_worker = ark_xcalloc(job_count, sizeof(struct ark_family_encoding *)),
        .jobs = job_count,
        .ranges = ark_xcalloc(ranges, sizeof(struct range)),
        .writer = writer,
    };
    for (unsigned i = 0; i < job_count; i++) {
        encoding.by_worker[i] = ark_family_encoding_new(entries);
    }
    for (size_t i = 0; i < ranges; i++) {
        encoding.ranges[i].writer = ark_segment_writer_families(writer);
    }
    struct ark_jobs *jobs = ark_jobs_new(job_count, ranges, encode_range, &encoding);
    enum ark_status status = encode_all(&encoding, jobs, err);
    ark_jobs_free(jobs);
    for (size_t i = 0; i < ranges; i++) {
        ark_family_writer_free(encoding.ranges[i].writer);
    }
    for (unsigned i = 0; i < job_count; i++) {
        ark_family_encoding_free(encoding.by_worker[i]);
    }
    free(encoding.ranges);
    free(encoding.by_worker);
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
    struct ark_families families = ark_families_make(inverter->table);
    size_t *end = ark_xcalloc((size_t)families.first_class[families.count] + 1, sizeof *end);
    const struct ark_sorted_entries entries = {
        .families = &families,
        .entries = sort_entries(inverter, &families, end),
        .end = end,
        .document_count = (uint32_t)inverter->document_count,
    };
    enum ark_status status = write_families(&entries, writer, jobs, err);
    free(end);
    free(entries.entries);
    ark_families_dispose(&families);
    clear(inverter);
    return status;
}
