/**
 * @file merger.h
 * Merges segments into one: spilled runs of a build, or published segments.
 *
 * Documents keep their order, input after input; dead ones are left out, and
 * members that only dead ones had. The result is what indexing the same live
 * documents in one run would have given, byte for byte. Positions are copied as
 * they lie in the inputs; the rest of the lists is written anew. Cost: half a
 * microsecond for each variant of the inputs, 50 ns for each document of each class.
 */
#ifndef ARK_INDEXER_MERGER_H
#define ARK_INDEXER_MERGER_H

#include "common/store/segment_writer.h"

/** One segment to merge. */
struct ark_merge_input {
    struct ark_segment *segment;
    const uint8_t *deleted; /**< bitmap of documents to leave out besides dead ones, or NULL */
};

/**
 * Merges count >= 1 inputs; the result's temporary files lie in temp_dir. Memory: four
 * bytes a document of inputs with dead documents, and the largest family's
 * postings. ARK_E_IO, ARK_E_CORRUPT, ARK_E_INTERRUPTED.
 */
enum ark_status ark_merge(const struct ark_merge_input *inputs, uint32_t count,
                          const char *temp_dir, struct ark_segment_data **out,
                          struct ark_error *err) ARK_MUST_CHECK;

#endif
