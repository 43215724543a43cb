/**
 * @file reader.h
 * Turns one file into documents: finds its type, unpacks it, decodes its text
 * and gives each document to a sink.
 *
 * What it never does: write to the index, print, or keep a file in memory that
 * holds more than one document. Memory is bounded by the largest document
 * (document_bytes_max, and 1 GiB whatever that says), not by the file.
 *
 * A document that cannot be read is reported and reading goes on; only the
 * sink can end it. Each format library stays in its reader_*.c.
 */
#ifndef ARK_INDEXER_READER_H
#define ARK_INDEXER_READER_H

#include "indexer/document.h"

/** The fields of a record type that --map can name. */
enum ark_map_field {
    ARK_MAP_TITLE,
    ARK_MAP_BODY,
    ARK_MAP_DATE,
    ARK_MAP_SOURCE,
    ARK_MAP_ID,
};
enum { ARK_MAP_FIELD_COUNT = 5 };

/** What the user asks of the readers. Strings must outlive the reader. */
struct ark_reader_options {
    const char *type;            /**< NULL or "auto", or one of ark_reader_types */
    const char *encoding;        /**< NULL or "auto", or a name iconv knows */
    uint64_t document_bytes_max; /**< larger documents are skipped; 0 = no limit of the user's */
    const char
        *map[ARK_MAP_FIELD_COUNT]; /**< JSON pointer ("/a/b") or key; NULL = the usual keys */
};

/** Why something was not read. */
enum ark_skip_kind {
    ARK_SKIP_BINARY, /**< a file or member that is no text: passed over in silence, named by -v */
    ARK_SKIP_FILE, /**< the file, or the rest of it, cannot be read; nothing or not all was given */
    ARK_SKIP_DOCUMENT, /**< one document of a container; the others were given */
    ARK_SKIP_BYTES, /**< bytes of a document, which is given all the same, with U+FFFD for them */
};

/** One report. Its error text names cause, byte and, last after a colon, path#fragment. */
struct ark_skip {
    enum ark_skip_kind kind;
    ark_str fragment; /**< of the document, when one is known; else empty. Valid during the call */
    const struct ark_error *error; /**< status and text; valid during the call */
};

/** Where documents and reports go. */
struct ark_reader_calls {
    ark_document_sink sink;
    void (*skip)(void *context, const struct ark_skip *skip);
    void *context; /**< given to both */
};

/**
 * What update runs compare. Size and mtime are those of the opened descriptor,
 * taken before the first byte is read, so a later change always shows.
 */
struct ark_file_facts {
    uint64_t size_bytes;   /**< 0 for a pipe */
    int64_t mtime_ns;      /**< since 1970; 0 for a pipe */
    uint64_t content_hash; /**< XXH3-64 of the file's bytes (packed, if it is packed) */
};

/** What became of one file. type and encoding are set before the first document is given. */
struct ark_reader_result {
    struct ark_file_facts facts;
    bool facts_known;        /**< the file was read to its end: the hash is of all its bytes */
    const char *type;        /**< of the last document begun ("text"); a static string, or NULL */
    const char *encoding;    /**< of the last document begun; valid while the reader is, or NULL */
    uint64_t bytes_read;     /**< of the file so far (packed, if it is packed), for progress */
    uint64_t document_count; /**< given to the sink */
    uint64_t skipped_count;  /**< reported as ARK_SKIP_FILE or ARK_SKIP_DOCUMENT */
    bool binary;             /**< the file itself was reported as ARK_SKIP_BINARY */
    bool failed;             /**< ARK_SKIP_FILE was reported */
};

struct ark_feed;

/** Reads files one after the other and keeps its buffers between them. One thread uses it. */
struct ark_reader;

/**
 * A new reader. ARK_E_ARGUMENT: a type that is none (the text lists them) or
 * an encoding unknown to iconv. The caller frees *out with ark_reader_free.
 */
enum ark_status ark_reader_new(struct ark_reader **out, const struct ark_reader_options *options,
                               struct ark_error *err) ARK_MUST_CHECK;
/** Frees it; takes NULL. */
void ark_reader_free(struct ark_reader *reader);

/**
 * Reads the file at path ("-" is standard input) and gives its documents to
 * the sink in the order of the file. ARK_OK also when the file cannot be read:
 * that is a report (ARK_SKIP_FILE). Any other status is the sink's own.
 * *result is always filled. Record ids and member names are unique within the
 * file: a second document of the same fragment is reported and not given.
 */
enum ark_status ark_reader_read(struct ark_reader *reader, const char *path,
                                const struct ark_reader_calls *calls,
                                struct ark_reader_result *result,
                                struct ark_error *err) ARK_MUST_CHECK;

/**
 * The same for bytes that come from a feed (indexer/feed.h), under a name that
 * stands for the path. result->facts stay zero.
 */
enum ark_status ark_reader_read_feed(struct ark_reader *reader, struct ark_feed *feed,
                                     const char *name, const struct ark_reader_calls *calls,
                                     struct ark_reader_result *result,
                                     struct ark_error *err) ARK_MUST_CHECK;

/**
 * The facts of a file without reading it as documents, for an update run that
 * found another mtime. ARK_E_NOT_FOUND, ARK_E_IO. Cost: one pass over the file.
 */
enum ark_status ark_reader_file_facts(const char *path, struct ark_file_facts *out,
                                      struct ark_error *err) ARK_MUST_CHECK;

/** The names --type takes, "auto" first, parted by ", ". A static string. */
const char *ark_reader_types(void);

/**
 * Reads the argument of --map, FIELD=KEY, into options->map (pointing into
 * text). ARK_E_ARGUMENT names the fields there are.
 */
enum ark_status ark_reader_set_map(struct ark_reader_options *options, const char *text,
                                   struct ark_error *err) ARK_MUST_CHECK;

#endif
