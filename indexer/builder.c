#include "indexer/builder.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/text/analyzer.h"
#include "indexer/inverter.h"
#include "indexer/merger.h"
#include "indexer/near_groups.h"
#include "indexer/pipeline.h"
#include "indexer/tiers.h"

/** Spilled runs that are merged into one before more are made: bounds open files. */
enum { RUNS_MAX = 24 };
struct ark_builder {
    struct ark_store *store;
    struct ark_builder_options options;
    struct ark_builder_figures figures;
    struct ark_pipeline *pipeline; /**< made with the first document */
    struct ark_inverter *inverter;
    struct ark_segment_writer *writer; /**< of the run being filled, or NULL */
    struct ark_segment_data *runs[RUNS_MAX];
    uint32_t run_count;
    struct ark_arena memory; /**< of paths and roots */
    struct ark_deletion *deletions;
    size_t deletion_count;
    size_t deletions_capacity;
    struct ark_file_record *files;
    size_t file_count;
    size_t files_capacity;
    ark_str *forgotten;
    size_t forgotten_count;
    size_t forgotten_capacity;
    ark_str roots;
    bool roots_set;
};

struct ark_builder *
ark_builder_new(struct ark_store *store, const struct ark_builder_options *options)
{
    struct ark_builder *builder = ark_xcalloc(1, sizeof *builder);
    builder->store = store;
    builder->options = *options;
    builder->inverter = ark_inverter_new();
    builder->memory = ark_arena_make();
    return builder;
}

void
ark_builder_free(struct ark_builder *builder)
{
    if (builder == NULL) {
        return;
    }
    ark_segment_writer_free(builder->writer);
    for (uint32_t i = 0; i < builder->run_count; i++) {
        ark_segment_data_free(builder->runs[i]);
    }
    ark_pipeline_free(builder->pipeline);
    ark_inverter_free(builder->inverter);
    ark_arena_dispose(&builder->memory);
    free(builder->deletions);
    free(builder->files);
    free(builder->forgotten);
    free(builder);
}

/** Merges all runs into the first one. */
static enum ark_status
merge_runs(struct ark_builder *builder, struct ark_error *err)
{
    struct ark_merge_input inputs[RUNS_MAX];
    for (uint32_t i = 0; i < builder->run_count; i++) {
        inputs[i] = (struct ark_merge_input){ark_segment_data_reader(builder->runs[i]), NULL};
    }
    struct ark_segment_data *merged = NULL;
    enum ark_status status =
        ark_merge(inputs, builder->run_count, ark_store_path(builder->store), &merged, err);
    if (status != ARK_OK) {
        return status;
    }
    for (uint32_t i = 0; i < builder->run_count; i++) {
        ark_segment_data_free(builder->runs[i]);
    }
    builder->runs[0] = merged;
    builder->run_count = 1;
    return ARK_OK;
}

/**
 * Takes a new inverter when the empty one holds much: its tables keep the size
 * of the largest run, and one huge document would make every later one a run.
 */
static void
shed_memory(struct ark_builder *builder)
{
    if (ark_inverter_bytes(builder->inverter) > builder->options.memory_bytes_max / 2) {
        ark_inverter_free(builder->inverter);
        builder->inverter = ark_inverter_new();
    }
}

static unsigned
job_count(const struct ark_builder *builder)
{
    return builder->options.jobs == 0 ? 1 : builder->options.jobs;
}

/** Ends the run being filled. */
static enum ark_status
finish_run(struct ark_builder *builder, struct ark_error *err)
{
    if (builder->writer == NULL) {
        return ARK_OK;
    }
    enum ark_status status = ARK_OK;
    if (builder->run_count == RUNS_MAX) {
        status = merge_runs(builder, err);
    }
    if (status == ARK_OK) {
        status = ark_inverter_finish(builder->inverter, builder->writer, job_count(builder), err);
    }
    if (status != ARK_OK) {
        return status;
    }
    shed_memory(builder);
    struct ark_segment_writer *writer = builder->writer;
    builder->writer = NULL;
    status = ark_segment_writer_finish(writer, &builder->runs[builder->run_count], err);
    if (status == ARK_OK) {
        builder->run_count++;
        builder->figures.runs++;
    }
    return status;
}

/**
 * What a run may take. The analyzers give their caches back before it is sorted
 * and encoded, for which most of that is needed, by two jobs, besides what the
 * inverter knows of.
 */
static size_t
run_bytes_max(const struct ark_builder *builder)
{
    static const size_t LEFT_BYTES = (size_t)24 << 20;
    size_t memory = builder->options.memory_bytes_max;
    size_t more = memory / 10 < LEFT_BYTES ? memory / 10 : LEFT_BYTES;
    return memory < SIZE_MAX - more ? memory + more : SIZE_MAX;
}

/** A call of the pipeline: adds a prepared batch to the run being filled. */
static enum ark_status
take_batch(void *context, const struct ark_batch *batch, bool *full, struct ark_error *err)
{
    struct ark_builder *builder = context;
    if (builder->writer == NULL) {
        builder->writer = ark_segment_writer_new(ark_store_path(builder->store));
    }
    for (size_t i = 0; i < batch->count; i++) {
        const struct ark_batch_item *item = &batch->items[i];
        const struct ark_document_record *record = &item->record;
        const struct ark_packed_text text = {
            .frame = ark_str_slice(ark_buf_view(&batch->frames), item->frame_start,
                                   item->frame_start + item->frame_bytes),
            .title_bytes = item->title_bytes,
            .text_bytes = item->text_bytes,
        };
        ark_inverter_add(builder->inverter, batch->words + item->first_word, record->title_tokens,
                         record->token_count);
        enum ark_status status = ark_segment_writer_add_packed(builder->writer, record, &text, err);
        if (status != ARK_OK) {
            return status;
        }
        builder->figures.tokens += record->token_count;
    }
    *full = ark_inverter_bytes(builder->inverter) >= run_bytes_max(builder);
    return ARK_OK;
}

/** The other call of the pipeline. */
static enum ark_status
end_run(void *context, struct ark_word_table **words, struct ark_error *err)
{
    struct ark_builder *builder = context;
    enum ark_status status = finish_run(builder, err);
    *words = ark_inverter_words(builder->inverter);
    return status;
}

/** Makes the pipeline; the texts of an index that has a dictionary go on being packed with it. */
static enum ark_status
make_pipeline(struct ark_builder *builder, struct ark_error *err)
{
    struct ark_pipeline_options options = {
        .jobs = job_count(builder),
        .memory_bytes_max = builder->options.memory_bytes_max,
        .words = ark_inverter_words(builder->inverter),
        .dictionary = ARK_STR(""),
        .calls = {.take = take_batch, .end_run = end_run, .context = builder},
    };
    struct ark_snapshot *snapshot = NULL;
    enum ark_status status = ARK_OK;
    if (!builder->options.rebuild) {
        status = ark_snapshot_open(&snapshot, builder->store, err);
        if (status == ARK_OK) {
            status = ark_snapshot_dictionary(snapshot, &options.dictionary, err);
        }
    }
    if (status == ARK_OK) {
        builder->pipeline = ark_pipeline_new(&options);
    }
    ark_snapshot_close(snapshot);
    return status;
}

enum ark_status
ark_builder_add(struct ark_builder *builder, ark_str path, uint32_t name_start,
                const struct ark_document *document, struct ark_error *err)
{
    enum ark_status status = builder->pipeline == NULL ? make_pipeline(builder, err) : ARK_OK;
    if (status == ARK_OK) {
        status = ark_pipeline_add(builder->pipeline, path, name_start, document, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    builder->figures.documents++;
    builder->figures.text_bytes += document->title.len + document->body.len;
    return ARK_OK;
}

/** Ends the input: everything that was added is in a run then. */
static enum ark_status
finish_input(struct ark_builder *builder, struct ark_error *err)
{
    if (builder->pipeline == NULL) {
        return ARK_OK;
    }
    enum ark_status status = ark_pipeline_finish(builder->pipeline, err);
    return status == ARK_OK ? finish_run(builder, err) : status;
}

void
ark_builder_delete(struct ark_builder *builder, uint64_t segment_id, ark_docid doc)
{
    ARK_GROW(builder->deletions, builder->deletions_capacity, builder->deletion_count + 1);
    builder->deletions[builder->deletion_count++] = (struct ark_deletion){segment_id, doc};
    builder->figures.deletions++;
}

void
ark_builder_remember_file(struct ark_builder *builder, const struct ark_file_record *file)
{
    ARK_GROW(builder->files, builder->files_capacity, builder->file_count + 1);
    struct ark_file_record *copy = &builder->files[builder->file_count++];
    *copy = *file;
    copy->path = ark_arena_dup(&builder->memory, file->path);
}

void
ark_builder_forget_file(struct ark_builder *builder, ark_str path)
{
    ARK_GROW(builder->forgotten, builder->forgotten_capacity, builder->forgotten_count + 1);
    builder->forgotten[builder->forgotten_count++] = ark_arena_dup(&builder->memory, path);
}

void
ark_builder_set_roots(struct ark_builder *builder, ark_str roots)
{
    builder->roots = ark_arena_dup(&builder->memory, roots);
    builder->roots_set = true;
}

bool
ark_builder_is_empty(const struct ark_builder *builder)
{
    return builder->figures.documents == 0 && builder->deletion_count == 0 &&
           builder->file_count == 0 && builder->forgotten_count == 0 && !builder->roots_set &&
           !builder->options.rebuild;
}

const struct ark_builder_figures *
ark_builder_figures(const struct ark_builder *builder)
{
    return &builder->figures;
}

/** What is merged with the new documents: published segments, oldest first. */
struct merge_plan {
    struct ark_snapshot *snapshot;
    struct ark_merge_input *inputs;
    uint64_t *ids;
    uint8_t **deleted; /**< by segment of the snapshot: bitmap of this run's deletions, or NULL */
    uint32_t *deleted_count;
    bool *chosen;
    uint32_t segment_count;
    uint32_t input_count;
};

static void
free_plan(struct merge_plan *plan)
{
    for (uint32_t i = 0; i < plan->segment_count; i++) {
        free(plan->deleted[i]);
    }
    free(plan->inputs);
    free(plan->ids);
    free(plan->deleted);
    free(plan->deleted_count);
    free(plan->chosen);
    ark_snapshot_close(plan->snapshot);
}

/** Sets the bits of this run's deletions, by segment. */
static void
mark_deletions(const struct ark_builder *builder, struct merge_plan *plan)
{
    for (size_t i = 0; i < builder->deletion_count; i++) {
        const struct ark_deletion *deletion = &builder->deletions[i];
        for (uint32_t s = 0; s < plan->segment_count; s++) {
            const struct ark_segment_info *info =
                ark_segment_info(ark_snapshot_segment(plan->snapshot, s));
            if (info->id != deletion->segment_id) {
                continue;
            }
            ARK_ASSERT(deletion->doc < info->document_count);
            if (plan->deleted[s] == NULL) {
                plan->deleted[s] = ark_xcalloc(((size_t)info->document_count + 7) / 8, 1);
            }
            uint8_t bit = (uint8_t)(1u << (deletion->doc % 8));
            plan->deleted_count[s] += (plan->deleted[s][deletion->doc / 8] & bit) == 0;
            plan->deleted[s][deletion->doc / 8] |= bit;
        }
    }
}

/** Marks the segments that tiers.h says to merge, but for those that go whole. */
static void
choose_segments(const struct ark_builder *builder, struct merge_plan *plan)
{
    struct ark_tier *tiers = ark_xcalloc(plan->segment_count, sizeof *tiers);
    for (uint32_t i = 0; i < plan->segment_count; i++) {
        const struct ark_segment_info *info =
            ark_segment_info(ark_snapshot_segment(plan->snapshot, i));
        tiers[i] = (struct ark_tier){info->live_token_count, info->document_count,
                                     info->dead_count + plan->deleted_count[i]};
    }
    uint32_t first = ark_tiers_choose(tiers, plan->segment_count, builder->figures.documents > 0,
                                      builder->figures.tokens);
    for (uint32_t i = first; i < plan->segment_count; i++) {
        plan->chosen[i] = tiers[i].dead_count < tiers[i].document_count;
    }
    free(tiers);
}

static enum ark_status
make_plan(const struct ark_builder *builder, struct merge_plan *plan, struct ark_error *err)
{
    enum ark_status status = ark_snapshot_open(&plan->snapshot, builder->store, err);
    if (status != ARK_OK) {
        return status;
    }
    uint32_t count = ark_snapshot_figures(plan->snapshot)->segment_count;
    plan->segment_count = count;
    plan->inputs = ark_xcalloc((size_t)count + RUNS_MAX, sizeof *plan->inputs);
    plan->ids = ark_xcalloc(count, sizeof *plan->ids);
    plan->deleted = ark_xcalloc(count, sizeof *plan->deleted);
    plan->deleted_count = ark_xcalloc(count, sizeof *plan->deleted_count);
    plan->chosen = ark_xcalloc(count, sizeof *plan->chosen);
    if (builder->options.rebuild) {
        return ARK_OK;
    }
    mark_deletions(builder, plan);
    choose_segments(builder, plan);
    for (uint32_t i = 0; i < count; i++) {
        if (plan->chosen[i]) {
            struct ark_segment *segment = ark_snapshot_segment(plan->snapshot, i);
            plan->ids[plan->input_count] = ark_segment_info(segment)->id;
            plan->inputs[plan->input_count++] = (struct ark_merge_input){segment, plan->deleted[i]};
        }
    }
    return ARK_OK;
}

/** Makes the segment to add: the only run as it is, or everything merged. */
static enum ark_status
make_segment(struct ark_builder *builder, struct merge_plan *plan, struct ark_segment_data **out,
             struct ark_error *err)
{
    if (plan->input_count == 0 && builder->run_count <= 1) {
        *out = builder->run_count == 1 ? builder->runs[0] : NULL;
        builder->run_count = 0;
        return ARK_OK;
    }
    uint32_t count = plan->input_count;
    for (uint32_t i = 0; i < builder->run_count; i++) {
        plan->inputs[count++] =
            (struct ark_merge_input){ark_segment_data_reader(builder->runs[i]), NULL};
    }
    return ark_merge(plan->inputs, count, ark_store_path(builder->store), out, err);
}

/** Finds the near-duplicates among the documents that the index will have. */
static enum ark_status
find_groups(const struct ark_builder *builder, const struct merge_plan *plan,
            struct ark_segment_data *segment, struct ark_buf *out, struct ark_error *err)
{
    bool *leaving = ark_xcalloc(plan->segment_count, sizeof *leaving);
    for (uint32_t i = 0; i < plan->segment_count; i++) {
        leaving[i] = plan->chosen[i] || builder->options.rebuild;
    }
    const struct ark_near_groups_input input = {
        .snapshot = plan->snapshot,
        .leaving = leaving,
        .leaving_is_kept = !builder->options.rebuild,
        .deleted = (const uint8_t *const *)plan->deleted,
        .added = segment == NULL ? NULL : ark_segment_data_reader(segment),
    };
    enum ark_status status = ark_near_groups_find(&input, out, err);
    free(leaving);
    return status;
}

enum ark_status
ark_builder_publish(struct ark_builder *builder, struct ark_error *err)
{
    struct merge_plan plan = {0};
    struct ark_segment_data *segment = NULL;
    struct ark_buf groups = ark_buf_make(SIZE_MAX);
    enum ark_status status = finish_input(builder, err);
    if (status == ARK_OK) {
        status = make_plan(builder, &plan, err);
    }
    if (status == ARK_OK) {
        status = make_segment(builder, &plan, &segment, err);
    }
    if (status == ARK_OK) {
        status = find_groups(builder, &plan, segment, &groups, err);
    }
    ark_snapshot_close(plan.snapshot);
    plan.snapshot = NULL;
    if (status == ARK_OK) {
        ark_str trained =
            builder->pipeline == NULL ? ARK_STR("") : ark_pipeline_trained(builder->pipeline);
        struct ark_publication publication = {
            .segment = segment,
            .deletions = builder->deletions,
            .deletion_count = builder->deletion_count,
            .files = builder->files,
            .file_count = builder->file_count,
            .forgotten_files = builder->forgotten,
            .forgotten_file_count = builder->forgotten_count,
            .dropped_segments = plan.ids,
            .dropped_segment_count = plan.input_count,
            .drop_everything = builder->options.rebuild,
            .roots = builder->roots_set ? &builder->roots : NULL,
            .groups = groups.len > 0 ? &groups : NULL,
            .dictionary = trained.len > 0 ? &trained : NULL,
            .identity = builder->options.rebuild ? ark_analyzer_identity() : NULL,
        };
        status = ark_store_publish(builder->store, &publication, err);
    }
    free_plan(&plan);
    ark_buf_dispose(&groups);
    ark_segment_data_free(segment);
    return status;
}
