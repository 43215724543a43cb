#include "indexer/pipeline.h"

#include <stdlib.h>

#include "common/base/jobs.h"
#include "common/base/memory.h"

/** Batches in the queue for each job: enough that no thread waits while the caller is busy. */
enum { SLOTS_A_JOB = 4 };

/** Text that may be in the queue, unless one document alone is more, or the user wants to spare memory. */
#define QUEUED_BYTES_MAX ((size_t)64 << 20)

/** A run has room for so many batches at least. */
enum { BATCHES_A_RUN = 32 };

/** With so much memory words are looked for while the dictionary is trained: all sampled text is one run. */
#define EARLY_WORDS_MEMORY ((size_t)16 * ARK_TEXT_SAMPLED_BYTES)

struct ark_pipeline {
    struct ark_pipeline_options options;
    bool early_words;
    struct ark_preparer **preparers; /**< by worker */
    struct ark_jobs *jobs;
    size_t queued_bytes;
    size_t queued_bytes_max;
    size_t batch_bytes;
    struct ark_batch *filling;
    struct ark_batch **spare; /**< empty ones, for use again */
    size_t spare_count;
    size_t spare_capacity;
    struct ark_text_sampler *sampler; /**< while it is open with what texts are packed, else NULL */
    struct ark_batch **held; /**< that wait for it, having their words if those come early */
    size_t held_count;
    size_t held_next; /**< those before it were let go */
    size_t held_capacity;
    struct ark_buf trained;
    struct ark_text_dictionary *dictionary;
};

static void
work(void *context, unsigned worker, void *item)
{
    struct ark_pipeline *pipeline = context;
    ark_preparer_run(pipeline->preparers[worker], item);
}

/** Packs with these bytes from now on, or with none if they are no dictionary. Nothing is under way. */
static void
set_dictionary(struct ark_pipeline *pipeline, ark_str bytes)
{
    pipeline->dictionary = bytes.len > 0 ? ark_text_dictionary_new(bytes) : NULL;
    for (unsigned i = 0; i < pipeline->options.jobs; i++) {
        ark_preparer_set_dictionary(pipeline->preparers[i], pipeline->dictionary);
    }
}

struct ark_pipeline *
ark_pipeline_new(const struct ark_pipeline_options *options)
{
    ARK_ASSERT(options->jobs >= 1);
    struct ark_pipeline *pipeline = ark_xcalloc(1, sizeof *pipeline);
    pipeline->options = *options;
    size_t memory = options->memory_bytes_max;
    pipeline->early_words = options->jobs > 1 && memory >= EARLY_WORDS_MEMORY;
    size_t share = memory / BATCHES_A_RUN;
    pipeline->batch_bytes = share < ARK_BATCH_TEXT_BYTES ? share : ARK_BATCH_TEXT_BYTES;
    pipeline->queued_bytes_max = memory < QUEUED_BYTES_MAX ? memory : QUEUED_BYTES_MAX;
    pipeline->filling = ark_batch_new();
    pipeline->trained = ark_buf_make(ARK_TEXT_DICTIONARY_BYTES_MAX);
    pipeline->preparers = ark_xcalloc(options->jobs, sizeof(struct ark_preparer *));
    for (unsigned i = 0; i < options->jobs; i++) {
        pipeline->preparers[i] = ark_preparer_new(options->words);
    }
    if (options->dictionary.len > 0) {
        set_dictionary(pipeline, options->dictionary);
    } else {
        pipeline->sampler = ark_text_sampler_new();
    }
    pipeline->jobs =
        ark_jobs_new(options->jobs, (size_t)options->jobs * SLOTS_A_JOB, work, pipeline);
    return pipeline;
}

static void
free_batches(struct ark_batch **batches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ark_batch_free(batches[i]);
    }
    free(batches);
}

void
ark_pipeline_free(struct ark_pipeline *pipeline)
{
    if (pipeline == NULL) {
        return;
    }
    for (struct ark_batch *batch = ark_jobs_take(pipeline->jobs); batch != NULL;
         batch = ark_jobs_take(pipeline->jobs)) {
        ark_batch_free(batch);
    }
    ark_jobs_free(pipeline->jobs);
    for (unsigned i = 0; i < pipeline->options.jobs; i++) {
        ark_preparer_free(pipeline->preparers[i]);
    }
    free(pipeline->preparers);
    ark_batch_free(pipeline->filling);
    free_batches(pipeline->spare, pipeline->spare_count);
    for (size_t i = pipeline->held_next; i < pipeline->held_count; i++) {
        ark_batch_free(pipeline->held[i]);
    }
    free(pipeline->held);
    ark_text_sampler_free(pipeline->sampler);
    ark_text_dictionary_free(pipeline->dictionary);
    ark_buf_dispose(&pipeline->trained);
    free(pipeline);
}

static void
hold(struct ark_pipeline *pipeline, struct ark_batch *batch)
{
    ARK_GROW(pipeline->held, pipeline->held_capacity, pipeline->held_count + 1);
    pipeline->held[pipeline->held_count++] = batch;
}

/** Waits for the oldest batch of the queue and passes it on, or holds it while texts are not packed. */
static enum ark_status
pass_one_on(struct ark_pipeline *pipeline, bool *full, struct ark_error *err)
{
    const struct ark_pipeline_calls *calls = &pipeline->options.calls;
    struct ark_batch *batch = ark_jobs_take(pipeline->jobs);
    pipeline->queued_bytes -= batch->texts.len;
    if (pipeline->sampler != NULL) {
        hold(pipeline, batch);
        return ARK_OK;
    }
    enum ark_status status = calls->take(calls->context, batch, full, err);
    ark_batch_clear(batch);
    ARK_GROW(pipeline->spare, pipeline->spare_capacity, pipeline->spare_count + 1);
    pipeline->spare[pipeline->spare_count++] = batch;
    return status;
}

/**
 * Gives back memory before a run is sorted and encoded, which takes four times
 * what collecting it took: there is nothing under way.
 */
static void
shed(struct ark_pipeline *pipeline)
{
    ARK_ASSERT(ark_jobs_count(pipeline->jobs) == 0);
    for (unsigned i = 0; i < pipeline->options.jobs; i++) {
        ark_preparer_shed(pipeline->preparers[i]);
    }
    free_batches(pipeline->spare, pipeline->spare_count);
    pipeline->spare = NULL;
    pipeline->spare_count = 0;
    pipeline->spare_capacity = 0;
}

/** The same, and the end of the run when it is full: what is under way belongs to it. */
static enum ark_status
pass_on(struct ark_pipeline *pipeline, struct ark_error *err)
{
    const struct ark_pipeline_calls *calls = &pipeline->options.calls;
    struct ark_word_table *words = NULL;
    bool full = false;
    bool ignored = false;
    enum ark_status status = pass_one_on(pipeline, &full, err);
    // What is held belongs to the run, too, if its words are in the run's table.
    bool holds_words = pipeline->early_words && pipeline->held_next < pipeline->held_count;
    if (status != ARK_OK || !full || holds_words) {
        return status;
    }
    while (status == ARK_OK && ark_jobs_count(pipeline->jobs) > 0) {
        status = pass_one_on(pipeline, &ignored, err);
    }
    if (status == ARK_OK) {
        shed(pipeline);
        status = calls->end_run(calls->context, &words, err);
    }
    for (unsigned i = 0; i < pipeline->options.jobs && status == ARK_OK; i++) {
        ark_preparer_renew_words(pipeline->preparers[i], words);
    }
    return status;
}

/** Puts a batch, which it takes over, into the queue. */
static enum ark_status
enqueue(struct ark_pipeline *pipeline, struct ark_batch *batch, struct ark_error *err)
{
    enum ark_status status = ARK_OK;
    while (status == ARK_OK && ark_jobs_count(pipeline->jobs) > 0 &&
           (ark_jobs_is_full(pipeline->jobs) ||
            pipeline->queued_bytes + batch->texts.len > pipeline->queued_bytes_max)) {
        status = pass_on(pipeline, err);
    }
    if (status != ARK_OK) {
        ark_batch_free(batch);
        return status;
    }
    pipeline->queued_bytes += batch->texts.len;
    ark_jobs_add(pipeline->jobs, batch);
    return ARK_OK;
}

/** Trains a dictionary if the sample is whole, and has what was sampled packed. */
static enum ark_status
end_sampling(struct ark_pipeline *pipeline, struct ark_error *err)
{
    bool trained = ark_text_sampler_is_full(pipeline->sampler) &&
                   ark_text_sampler_train(pipeline->sampler, &pipeline->trained);
    enum ark_status status = ARK_OK;
    bool ignored = false;
    // Others have gone on with their words meanwhile.
    while (status == ARK_OK && ark_jobs_count(pipeline->jobs) > 0) {
        status = pass_one_on(pipeline, &ignored, err);
    }
    set_dictionary(pipeline, trained ? ark_buf_view(&pipeline->trained) : ARK_STR(""));
    ark_text_sampler_free(pipeline->sampler);
    pipeline->sampler = NULL;
    for (; pipeline->held_next < pipeline->held_count && status == ARK_OK; pipeline->held_next++) {
        status = enqueue(pipeline, pipeline->held[pipeline->held_next], err);
    }
    return status;
}

/** Sends the batch being filled on its way. */
static enum ark_status
submit(struct ark_pipeline *pipeline, struct ark_error *err)
{
    struct ark_batch *batch = pipeline->filling;
    bool has_spare = pipeline->spare_count > 0;
    pipeline->filling = has_spare ? pipeline->spare[--pipeline->spare_count] : ark_batch_new();
    for (size_t i = 0; pipeline->sampler != NULL && i < batch->count; i++) {
        ark_text_sampler_add(pipeline->sampler, ark_batch_text(batch, &batch->items[i]));
    }
    enum ark_status status = ARK_OK;
    if (pipeline->sampler != NULL && !pipeline->early_words) {
        hold(pipeline, batch);
    } else {
        status = enqueue(pipeline, batch, err);
    }
    bool sampled = pipeline->sampler != NULL && ark_text_sampler_is_full(pipeline->sampler);
    return status == ARK_OK && sampled ? end_sampling(pipeline, err) : status;
}

enum ark_status
ark_pipeline_add(struct ark_pipeline *pipeline, ark_str path, uint32_t name_start,
                 const struct ark_document *document, struct ark_error *err)
{
    ark_batch_add(pipeline->filling, path, name_start, document);
    const struct ark_batch *filling = pipeline->filling;
    bool full =
        filling->texts.len >= pipeline->batch_bytes || filling->count >= ARK_BATCH_DOCUMENTS;
    return full ? submit(pipeline, err) : ARK_OK;
}

enum ark_status
ark_pipeline_finish(struct ark_pipeline *pipeline, struct ark_error *err)
{
    enum ark_status status = pipeline->filling->count > 0 ? submit(pipeline, err) : ARK_OK;
    if (status == ARK_OK && pipeline->sampler != NULL) {
        status = end_sampling(pipeline, err);
    }
    while (status == ARK_OK && ark_jobs_count(pipeline->jobs) > 0) {
        status = pass_on(pipeline, err);
    }
    if (status == ARK_OK) {
        shed(pipeline);
    }
    return status;
}

ark_str
ark_pipeline_trained(const struct ark_pipeline *pipeline)
{
    return ark_buf_view(&pipeline->trained);
}
