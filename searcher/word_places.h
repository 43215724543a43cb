/**
 * @file word_places.h
 * Where a query word stands in some documents, for proximity: positions, and what a match there
 * weighs. List by list, as scoring reads them (word_counts.c), so that what one document waits for
 * can come while another is looked up.
 */
#ifndef ARK_SEARCHER_WORD_PLACES_H
#define ARK_SEARCHER_WORD_PLACES_H

#include "searcher/proximity.h"
#include "searcher/word_lists.h"

/** Places of a word in one document. */
struct ark_word_places {
    struct ark_place *items; /**< as ark_proximity_word.places; in the lists' scratch arena */
    uint32_t count;
    ark_float4 tfs; /**< how often, by level */
};

/**
 * Adds to places, by slot, where the word stands in the documents asked for (ark_word_count_close):
 * in classes that match at form, light or stem. After damage some are missing, and the status tells.
 * Cost: 30 ns for each window of a list, 60 for each document there, 2 for each place.
 */
void ark_word_place_close(struct ark_word_lists *lists, const struct ark_slots *slots,
                          const struct ark_window_bits *asked, struct ark_word_places *places);

/** The same of the classes that match by their skeleton alone. */
void ark_word_place_rest(struct ark_word_lists *lists, const struct ark_slots *slots,
                         const struct ark_window_bits *asked, struct ark_word_places *places);

#endif
