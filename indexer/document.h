/**
 * @file document.h
 * What a reader gives and the builder takes: one document, in clean UTF-8.
 */
#ifndef ARK_INDEXER_DOCUMENT_H
#define ARK_INDEXER_DOCUMENT_H

#include "common/base/error.h"
#include "common/base/str.h"

/**
 * One document. All texts are valid UTF-8 cleaned by ark_clean_text (fragment
 * too) and live until the sink returns.
 */
struct ark_document {
    ark_str
        fragment; /**< archive member, record id or number ("1", "2", ...); empty for a plain file */
    bool fragment_is_id; /**< the record brought its own id */
    ark_str title;       /**< may be empty */
    ark_str body;
    ark_str source; /**< may be empty */
    uint32_t date;  /**< yyyymmdd, month and day 0 when unknown; 0 = none */
};

/**
 * Takes one document. A status other than ARK_OK ends the reading and is
 * passed up unchanged.
 */
typedef enum ark_status (*ark_document_sink)(void *context, const struct ark_document *document,
                                             struct ark_error *err);

#endif
