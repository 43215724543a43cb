/**
 * @file hot_postings.h
 * The hot record of a light class: which documents have a word of the class and
 * how often, cut into windows of 128 documents with an upper bound each.
 *
 * Every list of a segment has the same cuts, so bounds of several lists add up
 * window by window, and windows can be visited in falling order of their bound
 * (after Mallia, Suel, Tonellotto, "Faster Learned Sparse Retrieval with
 * Block-Max Pruning", SIGIR 2024; they bound ranges of documents of quantised
 * scores, here a window keeps term frequencies and bounds their saturation).
 *
 * Bytes (ark-index-format(5) has the grammar); df, the number of documents, is
 * not in the record but beside the reference to it:
 *   SMALL, df < 256:  per document: varint gap*2 + (tf > 1), [varint tf - 2]
 *   else a head of 16 bytes: u8 kind, u8 greatest bound, u16 0, u32 first window,
 *                     u32 entries, u32 escapes; then
 *   SPARSE:           u8 gap[entries], u8 bound[entries], u8 size[entries],
 *                     (u32 entry, u32 gap)[escapes],
 *                     (u32 window, u32 offset)[(entries - 1) / 16], data
 *   DENSE:            u8 bound[entries], u8 size[entries] (0: no document),
 *                     u32 offset[(entries - 1) / 16], data
 * An entry is a window. gap = windows passed over since the last entry; 255 and
 * more are 255 there and stand among the escapes. DENSE, when over half of the
 * windows from first to last have a document: its entries are all of these.
 * window, offset = of entries 16, 32, ...: which window, and where its data begin
 * (of a DENSE entry without documents: those of the next one). size: bits 0..6
 * the number of documents, but 64 for 64 and more; bit 7 when there are tails.
 * Data of a window:
 *   [u16 bytes of the tails]            with bit 7
 *   < 16 documents:  u8 local[n], u4 tf[n]
 *   < 64:            16 bytes with a bit for each local, u4 tf[n]
 *   else:            u4 tf[128], by local, 0 = not there
 *   [varint tf - 15, for each u4 of 15] with bit 7
 * local = the document's number in its window; u4 two to a byte, low half first.
 *
 * The reader trusts no byte: a record that is not as above makes it return
 * false, never read or write out of bounds. It does not see a wrong bound.
 */
#ifndef ARK_CODEC_HOT_POSTINGS_H
#define ARK_CODEC_HOT_POSTINGS_H

#include "common/base/buf.h"

enum {
    ARK_WINDOW_BITS = 7,
    ARK_WINDOW = 1 << ARK_WINDOW_BITS, /**< documents in a window */
    ARK_HOT_SMALL_DF = 256,            /**< records of fewer documents have no windows */
    ARK_HOT_GROUP = 16,                /**< windows between two stored offsets */
    ARK_HOT_TF_TAIL = 15,              /**< the tf from which on a tail is needed */
};

/** Number of windows that document_count documents take. */
static inline uint32_t
ark_window_count(uint32_t document_count)
{
    return document_count / ARK_WINDOW + (document_count % ARK_WINDOW != 0 ? 1 : 0);
}

/** Adds tfs, cut at what 32 bits hold: a document's length bounds them in sound records only. */
static inline void
ark_tf_add(uint32_t *tf, uint32_t by)
{
    *tf = by > UINT32_MAX - *tf ? UINT32_MAX : *tf + by;
}

/* Writing. */

/** A posting while its window is collected. */
struct ark_hot_posting {
    uint32_t doc;
    uint32_t tf;
    uint8_t bound;
};

/** A window that has been written. */
struct ark_hot_entry {
    uint32_t window;
    uint32_t offset; /**< of its data */
};

/** Collects the postings of one class after another; keeps its buffers between them. */
struct ark_hot_writer {
    struct ark_hot_posting
        postings[ARK_HOT_SMALL_DF]; /**< of the last window; all of them while df is
                                                      below ARK_HOT_SMALL_DF */
    uint32_t posting_count;
    uint32_t df;
    uint8_t bound_max;
    struct ark_buf entries; /**< struct ark_hot_entry, one a window */
    struct ark_buf bounds;  /**< by entry */
    struct ark_buf sizes;   /**< by entry */
    struct ark_buf data;
};

/** A writer without postings. */
struct ark_hot_writer ark_hot_writer_make(void);
/** Frees its buffers. */
void ark_hot_writer_dispose(struct ark_hot_writer *writer);
/**
 * Adds a document. Documents ascend; tf >= 1; bound is 1..255, an upper bound of
 * 255 * tf / (tf + K(length of the document)).
 */
void ark_hot_writer_add(struct ark_hot_writer *writer, uint32_t doc, uint32_t tf, uint8_t bound);
/** Documents added since the last record. */
static inline uint32_t
ark_hot_writer_df(const struct ark_hot_writer *writer)
{
    return writer->df;
}
/** Appends the record of the documents added, at least one, and starts the next one. */
void ark_hot_writer_finish(struct ark_hot_writer *writer, struct ark_buf *out);

/* Reading. */

enum ark_hot_kind { ARK_HOT_SMALL, ARK_HOT_SPARSE, ARK_HOT_DENSE };

/** A record whose head has been checked: views into its bytes. */
struct ark_hot {
    enum ark_hot_kind kind;
    uint32_t df;
    uint32_t document_count; /**< of the segment */
    uint8_t bound_max;       /**< SMALL: 255 */
    uint32_t first_window;
    uint32_t entry_count; /**< SMALL: 0 */
    uint32_t escape_count;
    const uint8_t *gaps;   /**< SPARSE only */
    const uint8_t *bounds; /**< by entry */
    const uint8_t *sizes;  /**< by entry */
    const uint8_t *escapes;
    const uint8_t *groups; /**< from the second on: window and offset, DENSE: offset */
    const uint8_t *data;   /**< SMALL: the postings */
    uint32_t data_bytes;
};

/**
 * Opens the record of a class with df documents in a segment of document_count.
 * record outlives the view. False when its head is damaged. O(1).
 */
bool ark_hot_open(struct ark_hot *out, ark_str record, uint32_t df, uint32_t document_count);

/**
 * Decodes a SMALL record: docs and tfs have room for ARK_HOT_SMALL_DF. False when
 * damaged: a varint that does not end, bytes left over, a document that is not
 * in the segment.
 */
bool ark_hot_small(const struct ark_hot *hot, uint32_t *docs, uint32_t *tfs);

/**
 * The windows of a SPARSE or DENSE record: out has room for entry_count numbers
 * and gets the window of each entry. False when they pass the end of the
 * segment. Entries of a DENSE record without documents are listed too (size 0).
 */
bool ark_hot_windows(const struct ark_hot *hot, uint32_t *out);

/** What ark_hot_find returns when a window has no document. */
#define ARK_HOT_NO_ENTRY UINT32_MAX

/**
 * The entry of a window of a SPARSE or DENSE record, or ARK_HOT_NO_ENTRY. Cost: a
 * binary search over groups and up to 16 steps (DENSE: O(1)).
 */
uint32_t ark_hot_find(const struct ark_hot *hot, uint32_t window);

enum {
    ARK_HOT_SIZE_CAP = 64,    /**< a window of so many documents stands by local */
    ARK_HOT_BITMAP_FROM = 16, /**< and of so many, as a bitmap */
};

/** The data of one window as they stand in the record; see above. */
struct ark_hot_place {
    const uint8_t *at; /**< behind the count of tail bytes */
    uint32_t count;    /**< of documents; 64 for 64 and more */
    uint32_t bytes;    /**< of the data, tails left out; they can be read */
    uint32_t tail_bytes;
    uint32_t readable; /**< bytes of the record from at on */
    uint32_t limit;    /**< no local may reach it */
};

/** Bytes of a window's data by its number of documents, 64 for 64 and more; tails left out. */
extern const uint8_t ark_hot_plain_bytes[128];

/** Set in a size when the window has tails. */
enum { ARK_HOT_TAILS_FLAG = 0x80, ARK_HOT_SIZE_MASK = 0x7f };

/**
 * Where the data of each entry of group number group begin, ARK_HOT_GROUP of
 * them; what stands for entries behind the last one does not matter. False when
 * damaged. Cost: 10 ns; a query that asks for several windows of a group keeps them.
 */
bool ark_hot_group_offsets(const struct ark_hot *hot, uint32_t group, uint32_t *out);

/**
 * Takes apart the data of the window number window (of the segment), which is
 * entry number entry and begins at offset. False when damaged or without documents.
 */
static inline bool
ark_hot_place_at(const struct ark_hot *hot, uint32_t entry, uint32_t window, uint32_t offset,
                 struct ark_hot_place *out)
{
    uint8_t size = hot->sizes[entry];
    if (offset > hot->data_bytes || size == 0) {
        return false;
    }
    out->at = hot->data + offset;
    out->count = size & ARK_HOT_SIZE_MASK;
    out->bytes = ark_hot_plain_bytes[out->count];
    out->tail_bytes = 0;
    out->readable = hot->data_bytes - offset;
    if (ARK_UNLIKELY((size & ARK_HOT_TAILS_FLAG) != 0)) {
        if (out->readable < 2) {
            return false;
        }
        out->tail_bytes = (uint32_t)out->at[0] | (uint32_t)out->at[1] << 8;
        out->at += 2;
        out->readable -= 2;
    }
    uint32_t left = hot->document_count - window * ARK_WINDOW;
    out->limit = left < ARK_WINDOW ? left : ARK_WINDOW;
    return out->count > 0 && out->bytes + out->tail_bytes <= out->readable;
}

/** The same, looking for the offset. Cost: 10 ns. */
bool ark_hot_find_window(const struct ark_hot *hot, uint32_t entry, uint32_t window,
                         struct ark_hot_place *out);

/** One decoded window. */
struct ark_hot_window {
    bool by_local;       /**< tfs[i] is that of local i, 0 when not there; else of locals[i] */
    uint32_t count;      /**< of tfs; 128 when by_local */
    uint32_t tail_count; /**< of the tfs that are ARK_HOT_TF_TAIL; tails[] has what they are
                                     in truth, in order */
    uint8_t locals[ARK_WINDOW]; /**< below 128, ascending (in a damaged record: anyhow) */
    uint8_t tfs[ARK_WINDOW];    /**< capped at ARK_HOT_TF_TAIL */
    uint32_t tails[ARK_WINDOW];
};

/**
 * Decodes the window number window (of the segment), which is entry number entry
 * and has documents (ark_hot_entry_size > 0). False when damaged. Cost: 5 to 40 ns.
 */
bool ark_hot_window(const struct ark_hot *hot, uint32_t entry, uint32_t window,
                    struct ark_hot_window *out);

/** A document that was asked for and is there. */
struct ark_hot_found {
    uint32_t tf;
    uint8_t local;
    uint8_t rank; /**< how many documents of the window come before it */
};

/** What of a window was asked for and is there. */
struct ark_hot_answer {
    struct ark_hot_place place; /**< of the window */
    uint32_t documents;         /**< of the whole window; 0 when none was found */
    uint32_t count;
    struct ark_hot_found found[ARK_WINDOW]; /**< ascending */
};

/**
 * Those documents of a mask (bits by local) that are in an entry's window. Same terms. Cost: 10 ns,
 * and 5 for each found.
 */
bool ark_hot_lookup(const struct ark_hot *hot, uint32_t entry, uint32_t window,
                    const uint64_t mask[2], struct ark_hot_answer *out);

/**
 * How often the list's words stand in the documents of the window that come before each of
 * those that ark_hot_lookup found there: before has room for ARK_WINDOW. False when damaged.
 * Cost: 5 ns, and 2 for each tail.
 */
bool ark_hot_before(const struct ark_hot_answer *answer, uint64_t *before);

/** Which documents of the window are there: bit local % 64 of bits[local / 64]. Same terms, cheaper. */
bool ark_hot_presence(const struct ark_hot *hot, uint32_t entry, uint32_t window, uint64_t bits[2]);

/**
 * Adds the documents of a whole SPARSE or DENSE record to sets, which are bits by window and local;
 * windows are those of ark_hot_windows. Windows where within has no bit, if it is not NULL, are left
 * out. False when damaged. Cost: 8 ns an entry, 1 of those left out.
 */
bool ark_hot_add_presence(const struct ark_hot *hot, const uint32_t *windows,
                          const uint64_t (*within)[2], uint64_t (*sets)[2]);

/** The number of documents of an entry, 64 for 64 and more; 0 when it has none. */
static inline uint32_t
ark_hot_entry_size(const struct ark_hot *hot, uint32_t entry)
{
    return hot->sizes[entry] & 0x7f;
}

/**
 * Walks a whole record of any kind and calls use for each document in order,
 * until it returns false. False when the record is damaged or its number of
 * documents is not df. For merging and verifying.
 */
bool ark_hot_each(const struct ark_hot *hot, bool (*use)(void *context, uint32_t doc, uint32_t tf),
                  void *context);

#endif
