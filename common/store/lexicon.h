/**
 * @file lexicon.h
 * The dictionary of a segment: families in key order, front-coded in blocks of
 * 16, with an index of each block's first key. See ark-index-format(5).
 */
#ifndef ARK_STORE_LEXICON_H
#define ARK_STORE_LEXICON_H

#include "common/store/key_blocks.h"
#include "common/store/segment.h"

/** Places in the streams of lists. */
struct ark_list_place {
    uint64_t hot;
    uint64_t cold;
};

/** Writes a dictionary to two spools. */
struct ark_lexicon_writer {
    struct ark_key_blocks_writer blocks;
    struct ark_list_place base; /**< of the open block */
};

/** A writer to two empty spools, which outlive it. */
struct ark_lexicon_writer ark_lexicon_writer_make(struct ark_spool *lexicon,
                                                  struct ark_spool *index);
/** Frees its buffers. */
void ark_lexicon_writer_dispose(struct ark_lexicon_writer *writer);
/**
 * What offsets in the record of the next family count from, when the lists of
 * those before it end here.
 */
struct ark_list_place ark_lexicon_writer_base(struct ark_lexicon_writer *writer,
                                              struct ark_list_place end);
/** Adds the next family with its record (class_writer.h); keys ascend, its base was asked for. ARK_E_IO. */
enum ark_status ark_lexicon_writer_add(struct ark_lexicon_writer *writer, ark_str key,
                                       ark_str record, struct ark_error *err) ARK_MUST_CHECK;
/** Writes the last block and the index. ARK_E_IO. */
enum ark_status ark_lexicon_writer_finish(struct ark_lexicon_writer *writer,
                                          struct ark_error *err) ARK_MUST_CHECK;

/** The read side: two streams and the counts that records are checked against. */
struct ark_lexicon {
    struct ark_key_blocks blocks;
    struct ark_stream *hot;
    struct ark_stream *cold;
    uint32_t document_count;
};

/**
 * Looks up a key; *out is NULL when absent, else in the arena: matched when wanted is not NULL,
 * else with all texts. ARK_E_CORRUPT.
 */
enum ark_status ark_lexicon_find(const struct ark_lexicon *lexicon, ark_str key,
                                 const struct ark_family_wanted *wanted, struct ark_arena *arena,
                                 const struct ark_family **out,
                                 struct ark_error *err) ARK_MUST_CHECK;

/** Reads the families of block number block (from 0) into an array in the arena. ARK_E_CORRUPT. */
enum ark_status ark_lexicon_read_block(const struct ark_lexicon *lexicon, uint64_t block,
                                       struct ark_arena *arena, struct ark_family **out,
                                       uint32_t *count, struct ark_error *err) ARK_MUST_CHECK;

#endif
