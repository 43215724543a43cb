/**
 * @file ellipsis.h
 * Where a text is cut to the room there is for it.
 */
#ifndef ARK_TEXT_ELLIPSIS_H
#define ARK_TEXT_ELLIPSIS_H

#include "common/base/str.h"

/** What stands at a cut side: three dots as one character. */
#define ARK_ELLIPSIS "\u2026"

/** text without one comma, semicolon or colon at its end: before an ellipsis they say nothing. */
ark_str ark_ellipsis_trim(ark_str text);

#endif
