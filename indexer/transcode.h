/**
 * @file transcode.h
 * Conversion of any encoding that iconv knows to UTF-8 that is valid.
 *
 * iconv goes to code points here and not to UTF-8, because glibc's lets
 * sequences of five and six bytes through from UTF-8 to UTF-8. Only this
 * module includes <iconv.h>.
 */
#ifndef ARK_INDEXER_TRANSCODE_H
#define ARK_INDEXER_TRANSCODE_H

#include "common/base/buf.h"
#include "indexer/feed.h"

/** What happens to bytes that do not convert. */
enum ark_transcode_mode {
    ARK_TRANSCODE_STRICT,      /**< conversion fails */
    ARK_TRANSCODE_STRICT_HEAD, /**< the same, but the last character may be cut off */
    ARK_TRANSCODE_REPLACE,     /**< U+FFFD stands for each unit of them */
};

/** Places of a text that are wrong in its encoding. */
struct ark_faults {
    uint64_t count;
    uint64_t first_at; /**< byte of the first of them */
};

/** True when iconv knows the name. */
bool ark_transcode_knows(const char *encoding);

/**
 * Appends bytes, converted, to out, which grows by at most 4 times bytes.len
 * and 64 KiB. False when bytes do not convert (out holds what did) or iconv
 * does not know the encoding. What did not convert is counted in faults, which
 * may be NULL. Cost: about 10 ns a character.
 */
bool ark_transcode(const char *encoding, ark_str bytes, enum ark_transcode_mode mode,
                   struct ark_faults *faults, struct ark_buf *out);

/** A feed that converts another; bad bytes become U+FFFD. */
struct ark_transcoder;

/** Converts inner, which must outlive it, from an encoding that iconv knows. Never NULL. */
struct ark_transcoder *ark_transcoder_new(struct ark_feed *inner, const char *encoding);
/** Frees it; takes NULL. */
void ark_transcoder_free(struct ark_transcoder *transcoder);
/** The ark_feed_fill of a transcoder, which is its context. */
enum ark_status ark_transcoder_fill(void *transcoder, uint8_t *to, size_t room, size_t *got,
                                    struct ark_error *err);

#endif
