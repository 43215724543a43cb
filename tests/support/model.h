/**
 * @file model.h
 * What an index should hold, kept as plain as possible: a list of documents.
 * Random documents in it are made of words that share families, forms and
 * stems as Arabic ones do.
 */
#ifndef ARK_TESTS_SUPPORT_MODEL_H
#define ARK_TESTS_SUPPORT_MODEL_H

#include "common/store/store.h"
#include "indexer/builder.h"
#include "tests/support/random.h"

/** A document of the model; its texts lie in the model's arena. */
struct model_document {
    ark_str path;
    uint32_t name_start;
    struct ark_document content;
};

struct model {
    struct ark_arena arena;
    struct model_document *items;
    size_t count;
    size_t capacity;
};

/** An empty model. */
struct model model_make(void);
/** Frees it. */
void model_dispose(struct model *model);
/**
 * Makes a random document, which is not yet in the model: record number
 * fragment of file number file. About words_mean words; now and then none, or
 * many more.
 */
struct model_document model_random_document(struct model *model, struct test_random *random,
                                            uint32_t file, uint32_t fragment, uint32_t words_mean);
/** Puts a document in; one of the same path and fragment goes. */
void model_put(struct model *model, const struct model_document *document);
/** Takes document idx out. */
void model_remove(struct model *model, size_t idx);
/** The place of the document of this name, or count. */
size_t model_find(const struct model *model, ark_str path, ark_str fragment);
/** Adds count random documents, each of a file of its own but for some that share one. */
void model_fill(struct model *model, struct test_random *random, size_t count, uint32_t words_mean);

/** Gives a document to a builder; ends the program when that fails. */
void model_add(struct ark_builder *builder, const struct model_document *document);
/**
 * Makes an index in directory dir of all documents of the model, in their
 * order, in one publication; returns how many runs were spilled.
 */
uint64_t model_build(const struct model *model, const char *dir, size_t memory_bytes_max);
/** The same with so many jobs. */
uint64_t model_build_jobs(const struct model *model, const char *dir, size_t memory_bytes_max,
                          unsigned jobs);
/** Opens the index at dir for writing, which is made when absent. Never NULL. */
struct ark_store *model_store_open(const char *dir);

#endif
