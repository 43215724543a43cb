/**
 * @file report.h
 * What an index says of itself: --list, --info and --verify. Needs no lock and
 * changes nothing. Results go to stdout.
 */
#ifndef ARK_INDEXER_REPORT_H
#define ARK_INDEXER_REPORT_H

#include "common/base/error.h"
#include "common/terminal/screen.h"

/**
 * Prints PATH or PATH#FRAGMENT of every document in the order they were added,
 * each ended by a newline or, null_ended, by a NUL. On a terminal control
 * characters are made visible, and lines written in its order. ARK_E_NOT_FOUND,
 * ARK_E_CORRUPT, ARK_E_IO.
 */
enum ark_status ark_report_list(const char *index_path, bool null_ended,
                                const struct ark_terminal *terminal,
                                struct ark_error *err) ARK_MUST_CHECK;

/** Prints counts, sizes and roots as "name: value" lines, or as one JSON object. */
enum ark_status ark_report_info(const char *index_path, bool json,
                                const struct ark_terminal *terminal,
                                struct ark_error *err) ARK_MUST_CHECK;

/**
 * Checks every checksum, record and reference between records. ARK_E_CORRUPT
 * names the first damage. *document_count and *segment_count tell what was
 * checked.
 */
enum ark_status ark_report_verify(const char *index_path, uint64_t *document_count,
                                  uint32_t *segment_count, struct ark_error *err) ARK_MUST_CHECK;

/** Appends a JSON string; characters that drive terminals are escaped, bad UTF-8 becomes U+FFFD. */
void ark_json_append_string(ark_str text, struct ark_buf *out);
/** Appends bytes in base64 (RFC 4648, with padding). */
void ark_base64_append(ark_str bytes, struct ark_buf *out);

#endif
