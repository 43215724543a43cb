/**
 * @file date_words.h
 * The words a date line is made of: months in the naming systems of the Arab
 * countries and in English, weekdays, and what stands around a date.
 */
#ifndef ARK_INDEXER_DATE_WORDS_H
#define ARK_INDEXER_DATE_WORDS_H

#include "common/base/str.h"

enum ark_date_word_kind {
    ARK_DATE_WORD_UNKNOWN,
    ARK_DATE_WORD_MONTH,   /**< a month of one word */
    ARK_DATE_WORD_TISHRIN, /**< a month together with FIRST or SECOND: October, November */
    ARK_DATE_WORD_KANUN,   /**< the same: December, January */
    ARK_DATE_WORD_FIRST,
    ARK_DATE_WORD_SECOND,
    ARK_DATE_WORD_WEEKDAY,
    ARK_DATE_WORD_FILLER, /**< "on", "day", "published", "Greenwich", Hijri months */
};

/**
 * What a folded word is (lower case; no marks, alef bare, teh marbuta as heh,
 * alef maqsura as yeh). *month is 1 to 12 for MONTH. Cost: one pass over some
 * 160 words; date lines are few.
 */
enum ark_date_word_kind ark_date_word_find(ark_str folded, uint32_t *month);

#endif
