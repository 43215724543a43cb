/**
 * @file pipeline.h
 * From documents one by one to prepared batches in the same order: fills
 * batches, has them prepared by several threads, and passes them on. Decides
 * with what dictionary texts are packed, and trains one when there is none.
 *
 * All calls, and those to the builder, are made by one thread; the order of batches and
 * all that is in them but the numbers of words are the same for any number of
 * jobs.
 */
#ifndef ARK_INDEXER_PIPELINE_H
#define ARK_INDEXER_PIPELINE_H

#include "indexer/preparer.h"

struct ark_pipeline;

/** Where prepared batches go. */
struct ark_pipeline_calls {
    /** Takes the next batch, which is the pipeline's again on return. *full: the run should end soon. */
    enum ark_status (*take)(void *context, const struct ark_batch *batch, bool *full,
                            struct ark_error *err);
    /**
     * Ends the run: all batches were taken whose words have numbers of its
     * table. *words is the table of the next run, which may be the same, emptied.
     */
    enum ark_status (*end_run)(void *context, struct ark_word_table **words, struct ark_error *err);
    void *context; /**< given to both */
};

struct ark_pipeline_options {
    unsigned jobs;                /**< preparers, at least 1; the caller is one of them */
    size_t memory_bytes_max;      /**< of a run: with little of it, little is under way at once */
    struct ark_word_table *words; /**< of the first run */
    ark_str dictionary; /**< to pack texts with; empty: train one when there is text enough */
    struct ark_pipeline_calls calls;
};

/** A pipeline; the dictionary is copied. Never NULL. */
struct ark_pipeline *ark_pipeline_new(const struct ark_pipeline_options *options);
/** Throws away what was not passed on. Takes NULL. */
void ark_pipeline_free(struct ark_pipeline *pipeline);
/**
 * Adds a document (copied) of the file at path; passes on batches that are
 * ready when there are many. A status of the calls ends the pipeline: after it
 * only free may be called.
 */
enum ark_status ark_pipeline_add(struct ark_pipeline *pipeline, ark_str path, uint32_t name_start,
                                 const struct ark_document *document,
                                 struct ark_error *err) ARK_MUST_CHECK;
/** Passes on everything that was added: the end of the input. The last run is not ended. */
enum ark_status ark_pipeline_finish(struct ark_pipeline *pipeline,
                                    struct ark_error *err) ARK_MUST_CHECK;
/** The dictionary that was trained, empty if none was; valid while the pipeline is. */
ark_str ark_pipeline_trained(const struct ark_pipeline *pipeline);

#endif
