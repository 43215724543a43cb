/**
 * @file reading.h
 * One file on its way through the readers: what reader.c and the reader_*.c
 * share. Everything a format reader gives or reports goes through here, so
 * that cleaning, fragments, limits and counts are the same for all.
 *
 * Unless said otherwise a status that is not ARK_OK is the sink's own and is
 * passed up at once.
 */
#ifndef ARK_INDEXER_READING_H
#define ARK_INDEXER_READING_H

#include "indexer/feed.h"
#include "indexer/intake.h"
#include "indexer/reader.h"
#include "indexer/seen_set.h"

/** Archives in archives deeper than this are reported and not opened. */
enum { ARK_ARCHIVE_DEPTH_MAX = 4 };

struct ark_reading {
    const struct ark_reader_options *options;
    const struct ark_reader_calls *calls;
    struct ark_reader_result *result;
    struct ark_intake *intake;
    size_t document_bytes_max; /**< the user's limit or the hard one; never 0 */
    struct ark_buf name;       /**< path, or path#member: ends every message */
    size_t member_start;       /**< where the member begins in name; name.len when there is none */
    const struct ark_feed *member_feed; /**< of the outermost archive's member, or NULL */
    bool member_alone;         /**< its failure is its own: the members behind it can be read */
    struct ark_seen_set *seen; /**< fragments given so far */
    struct ark_buf title;      /**< cleaned fields of the document being given */
    struct ark_buf body;
    struct ark_buf source;
    struct ark_buf fragment;
    struct ark_faults faults; /**< of the bytes of the document that is given next */
    char encoding[64];        /**< what result->encoding points to */
};

/** A document as a format reader finds it: decoded, not yet cleaned. */
struct ark_draft {
    ark_str record; /**< id or number within the container; empty when there is one document */
    bool record_is_id;
    ark_str title;
    ark_str body;
    ark_str source;
    uint32_t date;
};

/** Cleans a draft and gives it to the sink, or reports it when its fragment was used before. */
enum ark_status ark_reading_give(struct ark_reading *reading, const struct ark_draft *draft,
                                 struct ark_error *err) ARK_MUST_CHECK;

/** The same for a plain text, whose title and date are looked for after cleaning. */
enum ark_status ark_reading_give_plain(struct ark_reading *reading, ark_str text,
                                       struct ark_error *err) ARK_MUST_CHECK;

/** Reports a skip: format makes the cause, after which comes ": " path#member#record. */
void ark_reading_skip(struct ark_reading *reading, enum ark_skip_kind kind, ark_str record,
                      enum ark_status status, const char *format, ...) ARK_PRINTF(5, 6);

/** Reports a document above the limit. */
void ark_reading_skip_large(struct ark_reading *reading, ark_str record);

/**
 * The kind of report for an archive or feed that cannot be read on: the rest of
 * the file is lost, unless it is an archive within another that is sound.
 */
enum ark_skip_kind ark_reading_rest_kind(const struct ark_reading *reading);

/** Reports that the feed failed. */
void ark_reading_skip_rest(struct ark_reading *reading, const struct ark_feed *feed);

/**
 * Takes the whole feed as one document's bytes. False when that was reported
 * instead: too large, or a failure. *bytes is valid while nothing else is read.
 */
bool ark_reading_take_all(struct ark_reading *reading, struct ark_feed *feed, ark_str *bytes);

/**
 * Decodes the bytes of one document and sets reading->faults. False when that
 * was reported instead. *text is valid until the next call. declared: see
 * ark_intake_decode.
 */
bool ark_reading_decode(struct ark_reading *reading, ark_str bytes, ark_str declared,
                        ark_str *text);

/** A record of a stream as it lies there. */
struct ark_raw_record {
    ark_str bytes;
    uint64_t offset; /**< of the first byte in the stream */
    ark_str number;  /**< what it is called while its id is not known */
};

/**
 * The same for a record: its bytes become a copy in buf when they are not valid
 * UTF-8.
 */
bool ark_reading_repair(struct ark_reading *reading, struct ark_raw_record *record,
                        struct ark_buf *buf);

/** Sets result->encoding to a copy of name. */
void ark_reading_set_encoding(struct ark_reading *reading, const char *name);

/**
 * Reads a feed of any type; file_name (path or member) tells types by its
 * ending; depth counts the archives around it. In reader.c.
 */
enum ark_status ark_reading_dispatch(struct ark_reading *reading, struct ark_feed *feed,
                                     const char *file_name, unsigned depth,
                                     struct ark_error *err) ARK_MUST_CHECK;

/*
 * The format readers, one in each reader_*.c. Whole documents: the feed holds
 * the bytes of the file. Records (JSON Lines, TREC): the feed is decoded.
 */
/** Plain text: a title line and a date line are looked for. */
enum ark_status ark_reader_text(struct ark_reading *reading, struct ark_feed *feed,
                                struct ark_error *err) ARK_MUST_CHECK;
/** Markdown, with or without front matter. */
enum ark_status ark_reader_markdown(struct ark_reading *reading, struct ark_feed *feed,
                                    struct ark_error *err) ARK_MUST_CHECK;
/** HTML: title and meta of the head, the text of the body. */
enum ark_status ark_reader_html(struct ark_reading *reading, struct ark_feed *feed,
                                struct ark_error *err) ARK_MUST_CHECK;
/** True when text begins as a JSON array of objects does, or as an empty one. */
bool ark_reader_is_json_array(ark_str text);
/** JSON Lines, or one JSON array of records: a record is a document. */
enum ark_status ark_reader_jsonl(struct ark_reading *reading, struct ark_feed *feed,
                                 struct ark_error *err) ARK_MUST_CHECK;
/** TREC: a <DOC> is a document. */
enum ark_status ark_reader_trec(struct ark_reading *reading, struct ark_feed *feed,
                                struct ark_error *err) ARK_MUST_CHECK;

/** True when the first bytes, and the name's ending, are those of something ark_reader_archive opens. */
bool ark_reader_is_packed(ark_str head, const char *file_name);
/** Unpacks the feed and dispatches what is in it; depth is its own depth. */
enum ark_status ark_reader_archive(struct ark_reading *reading, struct ark_feed *feed,
                                   const char *file_name, unsigned depth,
                                   struct ark_error *err) ARK_MUST_CHECK;

/** Readies libxml2 for use by several threads; called when a reader is made. */
void ark_html_prepare(void);

/**
 * The character of an HTML entity between & and ; ("amp", "#1604", "#x644"),
 * 0 when it is none. In reader_html.c, for every format that has entities.
 */
uint32_t ark_html_entity(ark_str name);

#endif
