/**
 * @file intake.h
 * Bytes of unknown encoding to UTF-8: byte order mark; valid UTF-8; what the
 * file declares; UTF-16 by its bytes; Windows-1256 or ISO-8859-6 by the
 * statistics of Arabic letters; what uchardet says. Conversion is iconv's.
 *
 * An encoding that was found is only taken when all bytes convert, but UTF-8
 * and UTF-16 are also known by the larger part of a text: a byte that was lost
 * or a file that breaks off inside a character is no reason to lose the rest,
 * so U+FFFD stands for what is wrong, and the faults are counted. Where they
 * are more than a few, words would be lost everywhere and garbage found: that is
 * an error. An encoding the user has named is taken as it is, with U+FFFD as well.
 * Cleaning of the decoded text is not done here (see ark_clean_text).
 */
#ifndef ARK_INDEXER_INTAKE_H
#define ARK_INDEXER_INTAKE_H

#include "common/base/error.h"
#include "indexer/transcode.h"

struct ark_intake;

/**
 * An intake for one encoding, or for finding it (NULL or "auto").
 * ARK_E_ARGUMENT: iconv does not know the name. Freed by ark_intake_free.
 */
enum ark_status ark_intake_new(struct ark_intake **out, const char *encoding,
                               struct ark_error *err) ARK_MUST_CHECK;
/** Frees it; takes NULL. */
void ark_intake_free(struct ark_intake *intake);

/** A decoded text. */
struct ark_decoded {
    ark_str text; /**< valid UTF-8 without byte order mark: the input or the intake's buffer */
    const char *encoding;     /**< its name; valid until the intake's next call */
    struct ark_faults faults; /**< of the bytes given; none when the user named the encoding */
};

/**
 * Decodes a whole text. declared is the encoding the file itself names, or
 * empty. out->text is valid until the next call and while bytes is. ARK_E_ENCODING:
 * no known encoding, or UTF-8 with too many faults (the text has no name: the
 * caller adds it). Cost: about 1 ns a byte of UTF-8.
 */
enum ark_status ark_intake_decode(struct ark_intake *intake, ark_str bytes, ark_str declared,
                                  struct ark_decoded *out, struct ark_error *err) ARK_MUST_CHECK;

/**
 * ARK_OK when a text of so many bytes in UTF-8 can be read with these faults,
 * else ARK_E_ENCODING with their number and the first.
 */
enum ark_status ark_intake_check_faults(const struct ark_faults *faults, size_t text_bytes,
                                        struct ark_error *err) ARK_MUST_CHECK;

/** How a stream of records is to be read. */
struct ark_intake_choice {
    bool convert;         /**< false: it is UTF-8, to be checked record by record */
    size_t mark_bytes;    /**< length of the byte order mark */
    const char *encoding; /**< valid until the intake's next call */
};

/**
 * Finds the encoding of a stream from its first bytes (some 64 KiB). UTF-8
 * with few bad sequences is UTF-8. ARK_E_ENCODING as above.
 */
enum ark_status ark_intake_choose(struct ark_intake *intake, ark_str head,
                                  struct ark_intake_choice *out,
                                  struct ark_error *err) ARK_MUST_CHECK;

/**
 * True when the first bytes of a file are those of no text in any encoding
 * known here: a NUL outside UTF-16 and UTF-32 that is not a rarity among other
 * letters than ASCII's in UTF-8, a PDF, many control characters.
 */
bool ark_intake_is_binary(ark_str head);

#endif
