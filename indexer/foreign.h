/**
 * @file foreign.h
 * Files that hold documents in forms no reader takes, such as PDF: told by the
 * ending of their name, counted, and named with a program that makes text of
 * them. Pictures, programs and other files without text are none of them.
 */
#ifndef ARK_INDEXER_FOREIGN_H
#define ARK_INDEXER_FOREIGN_H

#include <stdint.h>

#include "common/base/buf.h"

/** More than there are kinds. */
enum { ARK_FOREIGN_KINDS_MAX = 32 };

/** How many files of each kind were passed over. Zero at the start. */
struct ark_foreign_counts {
    uint64_t of_kind[ARK_FOREIGN_KINDS_MAX];
    uint64_t total;
};

/**
 * The program that makes text of a file of this name ("pdftotext"), a static
 * string; NULL when the name is not that of a document. Case does not matter.
 */
const char *ark_foreign_converter(ark_str name);

/** Counts a file or member of this name if it is a document. */
void ark_foreign_count(struct ark_foreign_counts *counts, ark_str name);

/**
 * Appends how many there are of each kind, the most frequent first, with the
 * program: "12 .pdf (pdftotext), 2 .docx (pandoc)".
 */
void ark_foreign_list(const struct ark_foreign_counts *counts, struct ark_buf *out);

#endif
