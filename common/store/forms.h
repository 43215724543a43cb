/**
 * @file forms.h
 * The form dictionary of a segment: every distinct form in byte order, with
 * the number of documents it stands in, and nothing that points elsewhere: a
 * form belongs to one family and one light class, which the analyzer computes
 * from it. Serves prefixes, wildcards, misspellings and suggestions.
 *
 * Forms come to the writer family by family, so it sorts them, outside memory
 * when they are many.
 */
#ifndef ARK_STORE_FORMS_H
#define ARK_STORE_FORMS_H

#include "common/store/key_blocks.h"
#include "common/store/segment.h"

/** Memory in which forms are collected before they are sorted and set aside. */
enum { ARK_FORMS_MEMORY = 8 << 20 };

struct ark_forms_writer;

/** A writer to two empty spools, which outlive it; its own temporary files lie in temp_dir. */
struct ark_forms_writer *ark_forms_writer_new(struct ark_spool *blocks, struct ark_spool *index,
                                              const char *temp_dir);
/** Frees it. Takes NULL. */
void ark_forms_writer_free(struct ark_forms_writer *writer);
/** Adds a form, which comes once, in any order. ARK_E_IO. */
enum ark_status ark_forms_writer_add(struct ark_forms_writer *writer, ark_str text, uint32_t df,
                                     struct ark_error *err) ARK_MUST_CHECK;
/**
 * Sorts forms and appends them to out, ready to be added at once: what a thread can do that does
 * not own the writer. Cost: 100 ns a form.
 */
void ark_forms_sort(const struct ark_term *forms, size_t count, struct ark_buf *out);
/** Adds forms as ark_forms_sort gave them. ARK_E_IO. */
enum ark_status ark_forms_writer_add_sorted(struct ark_forms_writer *writer, ark_str sorted,
                                            struct ark_error *err) ARK_MUST_CHECK;
/** Writes the dictionary; *count is how many forms it has. ARK_E_IO; ARK_E_CORRUPT: a form came twice. */
enum ark_status ark_forms_writer_finish(struct ark_forms_writer *writer, uint64_t *count,
                                        struct ark_error *err) ARK_MUST_CHECK;

#endif
