/**
 * @file title_date.h
 * Titles and dates of plain text, and dates in the words of metadata.
 *
 * A title is the first line that is not blank, when it reads as one: letters
 * in it, at most 20 words, not ended by . : ; ! ? or a comma of either script
 * or an ellipsis (closing quotes and brackets after these do not hide them).
 * A date line, within the first 10 lines, is a line that is mainly a date: it
 * is no sentence that mentions one.
 */
#ifndef ARK_INDEXER_TITLE_DATE_H
#define ARK_INDEXER_TITLE_DATE_H

#include "common/base/str.h"

enum { ARK_TITLE_WORDS_MAX = 20, ARK_DATE_LINES = 10 };

/** What a plain text begins with. Views point into the text. */
struct ark_title_date {
    ark_str title; /**< without blanks at its ends; empty when there is none */
    ark_str body;  /**< all after the title's line; the whole text when there is no title */
    uint32_t date; /**< yyyymmdd, day 0 when unknown; 0 = none */
};

/** Looks at the beginning of a clean text. Cost: O(first 10 lines). */
struct ark_title_date ark_title_date_find(ark_str text);

/** True when the line reads as a title (see above). */
bool ark_title_line(ark_str line);

/**
 * The date of a line that is mainly a date: "- 2 tishrin thani 2016", weekday
 * and dual month names, Arabic-Indic digits, 2016-11-02, 2/11/2016 (day
 * first; month first only when the other cannot be). 0 when it is none.
 */
uint32_t ark_date_line(ark_str line);

/**
 * The date of a metadata value: as a date line, also a year, a year and month,
 * ISO 8601 with a time, RFC 5322. 0 when it is none. Years 1 to 9999.
 */
uint32_t ark_date_value(ark_str value);

/**
 * The date of a metadata number: yyyymmdd, a year, or seconds or milliseconds
 * since 1970. 0 when it is none.
 */
uint32_t ark_date_number(int64_t number);

/** yyyymmdd when the calendar has that day (day, or month and day, may be 0), else 0. */
uint32_t ark_date_make(uint32_t year, uint32_t month, uint32_t day);

#endif
