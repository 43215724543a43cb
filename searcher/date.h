/**
 * @file date.h
 * Ranges of dates as people write them: a day, a month, a year, or from one to
 * another. Knows nothing of queries and documents.
 *
 * A date is a number yyyymmdd; in a document month and day may be 0, unknown.
 */
#ifndef ARK_SEARCHER_DATE_H
#define ARK_SEARCHER_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/compiler.h"
#include "common/base/str.h"

/** The days first to last, both in it, as yyyymmdd. An open end is ARK_DATE_MIN or ARK_DATE_MAX. */
struct ark_date_range {
    uint32_t first;
    uint32_t last;
};

/** The ends of time. A range from one to the other holds every date, but not a document without one. */
enum { ARK_DATE_MIN = 101, ARK_DATE_MAX = 99991231 };

/**
 * Reads "2016", "2016-11", "2016-11-02" or two of these around "..", of which
 * one may be missing; digits of ASCII, Arabic-Indic or Persian; "/" for "-".
 * A month and a year stand for all their days. False, and *out not written,
 * when text is none of that or names a day that no calendar has. A range
 * written backwards is turned round, and *turned says so.
 */
bool ark_date_range_parse(ark_str text, struct ark_date_range *out, bool *turned) ARK_MUST_CHECK;

/**
 * The days that are in both; false when there is none. *out may be one of the arguments.
 */
bool ark_date_range_meet(struct ark_date_range a, struct ark_date_range b,
                         struct ark_date_range *out) ARK_MUST_CHECK;

/**
 * True when every day that date can mean lies in the range: 20160000 is any day
 * of 2016. Date 0, none, is in no range.
 */
bool ark_date_in_range(uint32_t date, struct ark_date_range range);

#endif
