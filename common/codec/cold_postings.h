/**
 * @file cold_postings.h
 * The cold record of a light class: which variants of the class (distinct form
 * and stem) each document has, and where. Who is in the list and how often,
 * the hot record (hot_postings.h) says; here it is taken as known.
 *
 * Entries (windows) are those of the hot record, a SMALL one being one entry of
 * all its documents. Bytes (ark-index-format(5) has the grammar):
 *   record:  u32 offset[(entries - 1) / 16], then the groups; offset = where
 *            the groups of entries 16, 32, ... begin, after the offsets
 *   group:   varint bytes[entries of the group, 16 but for the last], the windows
 *   window:  codes, escapes, positions; nothing when it has no documents
 *   codes:   u4[documents], two to a byte, low half first; none when the class
 *            has one variant. 0..13 the only variant in the document, 14 = one
 *            that the escapes name, 15 = several
 *   escapes: when there is a code of 14 or 15: varint bytes of what follows
 *            for 14: varint code - 14
 *            for 15: varint bytes of what follows
 *                    for each variant: varint codes passed over since the last
 *                    one * 2 + (1 for the last variant)
 *                    for each position: the place of its variant among these, in
 *                    as few bits as they need, low bits first, filled up with 0
 *   positions: for each document: the first position, then the distances to the
 *            next, varints
 * The code of a variant is its place in the class, by falling number of
 * documents, so most documents take half a byte. Positions of all variants stand
 * together, so that who does not ask for variants never looks at the escapes.
 *
 * The reader trusts no byte: false for what is not as above.
 */
#ifndef ARK_CODEC_COLD_POSTINGS_H
#define ARK_CODEC_COLD_POSTINGS_H

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/codec/hot_postings.h"

/** Windows between two stored offsets. */
enum { ARK_COLD_GROUP = 16 };

/** Occurrences of one variant in one document. */
struct ark_cold_entry {
    uint32_t code; /**< of the variant: its place in the class */
    uint32_t tf;   /**< >= 1 */
};

/** What a document has of a class. Arrays belong to the writer, or lie in the reader's arena. */
struct ark_cold_posting {
    const struct ark_cold_entry *entries; /**< ascending by code */
    uint32_t entry_count;                 /**< >= 1 */
    const uint32_t *positions; /**< of all entries one after another, ascending within each; NULL
                                    when they were not asked for */
};

/* Writing. */

struct ark_cold_head;

/** Collects one class after another; keeps its buffers between them. */
struct ark_cold_writer {
    uint32_t variant_count;
    bool small;           /**< the record will be, so windows are not told apart */
    uint32_t window;      /**< of the last document, or UINT32_MAX */
    struct ark_buf codes; /**< u8 a document: 0..13, 14, 15 as in the record */
    struct ark_buf escapes;
    struct ark_buf positions;
    struct ark_buf windows;      /**< where each window begins in the three */
    struct ark_buf data;         /**< of the group or the escape at hand */
    struct ark_cold_head *heads; /**< of the variants of one document */
    size_t heads_capacity;
    uint32_t *variants; /**< of one document that is copied */
    size_t variants_capacity;
};

/** A writer without postings. */
struct ark_cold_writer ark_cold_writer_make(void);
/** Frees its buffers. */
void ark_cold_writer_dispose(struct ark_cold_writer *writer);
/** Starts a class of so many variants and at most so many documents. */
void ark_cold_writer_begin(struct ark_cold_writer *writer, uint32_t variant_count, uint64_t df_max);
/** Adds a document; they ascend. */
void ark_cold_writer_add(struct ark_cold_writer *writer, uint32_t doc,
                         const struct ark_cold_posting *posting);
/** Appends the record that goes with a hot record of this kind. */
void ark_cold_writer_finish(struct ark_cold_writer *writer, enum ark_hot_kind kind,
                            struct ark_buf *out);

struct ark_cold_window;

/** Documents of a window of another record, on their way into this one. */
struct ark_cold_copy {
    const struct ark_cold_window *from;
    const uint32_t *docs; /**< by rank: the number here, ascending; ARK_COLD_LEFT_OUT: not copied */
    const uint32_t *tfs;  /**< by rank */
    const uint32_t
        *codes; /**< by code there: that here; ARK_COLD_LEFT_OUT: no document here has it */
};

#define ARK_COLD_LEFT_OUT UINT32_MAX

/**
 * Adds documents of a window, as ark_cold_writer_add would one by one. Their positions do not
 * depend on variants or on other documents, so those are copied as the bytes they are. False when
 * damaged, as far as that is seen: positions are counted, not looked at. Cost: 2 ns a document, 20 one of several
 * variants, and 1/8 a position.
 */
bool ark_cold_writer_copy(struct ark_cold_writer *writer, const struct ark_cold_copy *copy);

/* Reading. */

/** The number of groups of a record of so many entries (a SMALL one has 1). */
static inline uint32_t
ark_cold_group_count(uint32_t entry_count)
{
    return entry_count / ARK_COLD_GROUP + (entry_count % ARK_COLD_GROUP != 0 ? 1 : 0);
}

/**
 * Where the windows of a group of window_count <= ARK_COLD_GROUP begin in it, and behind them where
 * the last one ends: bounds has room for window_count + 1. False when damaged. Cost: 1 ns a window.
 */
bool ark_cold_group_bounds(ark_str group, uint32_t window_count, uint32_t *bounds);

/** A window taken apart as far as that costs nothing. */
struct ark_cold_window {
    const uint8_t *codes;   /**< NULL when the class has one variant */
    const uint8_t *escapes; /**< they end where the positions begin */
    const uint8_t *positions;
    const uint8_t *end;
    uint32_t count;
    uint32_t variant_count;
};

/** Opens a window of count documents; bytes outlive it. False when damaged. Cost: count / 16 ns. */
bool ark_cold_window_open(struct ark_cold_window *out, ark_str bytes, uint32_t count,
                          uint32_t variant_count);

/** Codes of four bits that are no variant: one that the escapes name, several. */
enum { ARK_COLD_LONG = 14, ARK_COLD_SEVERAL = 15 };

/** The code of a document of a window, of four bits. */
static inline unsigned
ark_cold_code_at(const struct ark_cold_window *window, uint32_t rank)
{
    return window->codes == NULL ? 0 : (unsigned)window->codes[rank / 2] >> (rank % 2 * 4) & 15u;
}

/** A document of the window, as the hot window tells. */
struct ark_cold_place {
    uint32_t rank;   /**< how many documents of the window come before it */
    uint32_t tf;     /**< >= 1 */
    uint64_t before; /**< occurrences in those documents */
};

/** Sets that variants can be put into, each four numbers that an occurrence adds. */
enum { ARK_COLD_SETS = 16 };

/**
 * Adds up what occurrences of variants bring in count documents, ascending by rank: sums, by document,
 * get for each variant values[sets[code]] times its tf there; set 0 brings nothing. False when damaged,
 * if that is seen. Cost: 2 ns for a document of one variant, 10 and more for one of several,
 * and 2 for each document between with several.
 */
bool ark_cold_window_sums(const struct ark_cold_window *window, const struct ark_cold_place *places,
                          uint32_t count, const uint8_t *sets,
                          const ark_float4 values[ARK_COLD_SETS], ark_float4 *sums);

/**
 * Which variants count documents have, ascending by rank, and where: out has room for them; what it
 * points at lies in the arena. False when damaged. Cost: 2 ns for each escape before the last document's, 1/8
 * for each position, 1 for each of theirs.
 */
bool ark_cold_window_postings(const struct ark_cold_window *window,
                              const struct ark_cold_place *places, uint32_t count,
                              struct ark_arena *arena, struct ark_cold_posting *out);

/** The same without positions. Cost: what of ark_cold_window_postings is not of positions. */
bool ark_cold_window_entries(const struct ark_cold_window *window,
                             const struct ark_cold_place *places, uint32_t count,
                             struct ark_arena *arena, struct ark_cold_posting *out);

/** The positions of a window's documents, whichever variants they are of, read forwards. */
struct ark_cold_positions {
    const uint8_t *at;
    const uint8_t *end;
    uint64_t passed; /**< occurrences before at */
};

/** They stand at the beginning. */
static inline struct ark_cold_positions
ark_cold_positions_of(const struct ark_cold_window *window)
{
    return (struct ark_cold_positions){window->positions, window->end, 0};
}

/** False when there cannot be tf positions more: memory for them is asked for after this. */
static inline bool
ark_cold_positions_fit(const struct ark_cold_positions *from, uint32_t tf)
{
    return tf <= (size_t)(from->end - from->at);
}

/** So many numbers behind those read may be overwritten. */
enum { ARK_COLD_ROOM = 8 };

/**
 * Reads the tf > 0 positions, ascending, of a document that comes after those read and has before
 * occurrences in front of it. out has room for tf + ARK_COLD_ROOM. False when damaged. Cost: 1/8 ns
 * for each position passed over, 1/2 to 2 for each that is read.
 */
bool ark_cold_positions_read(struct ark_cold_positions *from, uint64_t before, uint32_t tf,
                             uint32_t *out);

/** Where a document has variants that are in a set. */
struct ark_cold_places {
    uint32_t *positions; /**< tf of them, ascending; NULL when all variants are in set 0 */
    const uint8_t
        *marks;  /**< of each the set that its variant is in; NULL when that is the same of all */
    uint8_t set; /**< if it is the same */
};

/**
 * Where a document of the window has variants that are not in set 0, and in which set each is, by sets[code] <
 * ARK_COLD_SETS. What out points at lies in the arena. False when damaged, if that is seen. Cost: 2 ns
 * for each escape before the document's, 1/8 for each position before, 1 for each of its own.
 */
bool ark_cold_window_places(const struct ark_cold_window *window, struct ark_cold_place place,
                            const uint8_t *sets, struct ark_arena *arena,
                            struct ark_cold_places *out);

/**
 * All documents of the window, out[0, count), with positions; the window must
 * be used up by them. False when damaged. Cost: about 4 ns a document and 1 a position.
 */
bool ark_cold_window_all(const struct ark_cold_window *window, const uint32_t *tfs,
                         struct ark_arena *arena, struct ark_cold_posting *out);

#endif
