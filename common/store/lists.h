/**
 * @file lists.h
 * The lists of a light class in a segment: its hot record, which says in which
 * documents the class stands and how often, and its cold record, which says as
 * which of its variants and where.
 *
 * A record that lies inside one chunk is read in place, in the map; else it
 * (the cold one: a group of 16 windows of it) is copied to the arena.
 */
#ifndef ARK_STORE_LISTS_H
#define ARK_STORE_LISTS_H

#include "common/codec/cold_postings.h"
#include "common/store/segment.h"

/**
 * What bounds in hot records are computed with: bound / 255 >= tf / (tf + K(len)) for every
 * document of the window, K(len) = k1 (1 - b + b len / mean), the mean length being the segment's
 * own. Scoring with a smaller K must widen them.
 */
#define ARK_BOUND_K1 1.0
#define ARK_BOUND_B 0.5

/**
 * Opens the hot record of a class of the segment. The view lives as long as
 * the snapshot and the arena. ARK_E_CORRUPT. Cost: O(1); a record over 64 KiB
 * that crosses a chunk is copied.
 */
enum ark_status ark_segment_hot(struct ark_segment *segment, const struct ark_class *class,
                                struct ark_arena *arena, struct ark_hot *out,
                                struct ark_error *err) ARK_MUST_CHECK;

/** The record of a class's rare variants, which has bytes, in place or in the arena. ARK_E_CORRUPT. */
enum ark_status ark_segment_rare_record(struct ark_segment *segment, const struct ark_class *class,
                                        struct ark_arena *arena, ark_str *out,
                                        struct ark_error *err) ARK_MUST_CHECK;

/** A rare variant of a class (codec/rare_lists.h). */
struct ark_rare_place {
    uint32_t variant_count; /**< of the class, rare ones */
    uint32_t variant;       /**< its number among those */
    uint32_t df;
};

/**
 * Opens the list of a rare variant of a class. The view lives as long as the snapshot and the arena.
 * ARK_E_CORRUPT. Cost: 1 ns a rare variant.
 */
enum ark_status ark_segment_rare(struct ark_segment *segment, const struct ark_class *class,
                                 struct ark_rare_place place, struct ark_arena *arena,
                                 struct ark_hot *out, struct ark_error *err) ARK_MUST_CHECK;

/** A group of windows of a cold record. */
struct ark_cold_group {
    const uint8_t *bytes;
    uint32_t bounds[ARK_COLD_GROUP + 1]; /**< of its windows */
};

/** The cold record of a class, ready to be read; put it on the stack. */
struct ark_cold {
    struct ark_segment *segment;
    const struct ark_class *class;
    struct ark_arena *arena;
    uint32_t entry_count;       /**< windows of the hot record; 1 when it is SMALL */
    uint32_t group_idx;         /**< the group that was read last, or UINT32_MAX */
    struct ark_cold_group last; /**< that one */
    struct ark_cold_group *
        *kept; /**< by number those that were read; NULL when they are not kept */
};

/** Opens the cold record that goes with hot, which came from the same class. O(1), reads nothing yet. */
struct ark_cold ark_cold_open(struct ark_segment *segment, const struct ark_class *class,
                              const struct ark_hot *hot, struct ark_arena *arena);

/** Keeps groups once they are read, in the arena, for who goes from window to window in any order. */
void ark_cold_keep(struct ark_cold *cold);

/**
 * The window that is entry number entry of the hot record and has count
 * documents there (SMALL: entry 0, all of its documents). ARK_E_CORRUPT.
 * Cost: two look-ups of chunks and 20 ns for the first window of a group.
 */
enum ark_status ark_cold_read(struct ark_cold *cold, uint32_t entry, uint32_t count,
                              struct ark_cold_window *out, struct ark_error *err) ARK_MUST_CHECK;

/** One document of a class on a walk through all of them. */
struct ark_class_posting {
    ark_docid doc;
    uint32_t tf;
    struct ark_cold_posting cold;
};

/** Documents that are decoded at once: a window, or a whole SMALL record. */
enum { ARK_CLASS_WALK_DOCUMENTS = 256 };

/** Some documents of a class on a walk, whose variants and positions were not read. */
struct ark_class_window {
    uint32_t count; /**< 0: the class is at its end */
    const ark_docid *docs;
    const uint32_t *tfs;
};

/** Walks through all postings of classes in order of documents, for merging and verifying. */
struct ark_class_walk;
/** A walk for classes of the segment, one after another; the segment outlives it. Never NULL. */
struct ark_class_walk *ark_class_walk_new(struct ark_segment *segment);
/** Frees it. Takes NULL. */
void ark_class_walk_free(struct ark_class_walk *walk);
/** Stands before the first document of a class, which must live as long as it is walked. ARK_E_CORRUPT. */
enum ark_status ark_class_walk_start(struct ark_class_walk *walk, const struct ark_class *class,
                                     struct ark_error *err) ARK_MUST_CHECK;
/**
 * The next document, or *out NULL at the end; valid until the next call.
 * ARK_E_CORRUPT. Cost: about 10 ns a document and 2 a position.
 */
enum ark_status ark_class_walk_next(struct ark_class_walk *walk,
                                    const struct ark_class_posting **out,
                                    struct ark_error *err) ARK_MUST_CHECK;

/**
 * The next documents, none of which ark_class_walk_next has begun with; valid until the next call.
 * ARK_E_CORRUPT. Cost: about 1 ns a document.
 */
enum ark_status ark_class_walk_window(struct ark_class_walk *walk, struct ark_class_window *out,
                                      struct ark_error *err) ARK_MUST_CHECK;
/** What the cold record has of the documents of the last window; valid as long. ARK_E_CORRUPT. */
enum ark_status ark_class_walk_cold(struct ark_class_walk *walk, struct ark_cold_window *out,
                                    struct ark_error *err) ARK_MUST_CHECK;
/** ARK_E_CORRUPT: the lists of a class are damaged. */
enum ark_status ark_class_damaged(const struct ark_segment *segment, const struct ark_class *class,
                                  struct ark_error *err) ARK_MUST_CHECK;

#endif
