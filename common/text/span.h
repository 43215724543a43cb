/**
 * @file span.h
 * Which bytes of a text are to be lit, and what may stand around them.
 *
 * Invariants of a struct ark_spans: spans ascend, are not empty, neither
 * overlap nor touch, and begin and end on character boundaries of their text. A
 * span covers whole tokens, so clitics, vowel marks and tatweel are inside: a
 * change of colour within a word breaks the joining of its letters on some
 * terminals.
 */
#ifndef ARK_TEXT_SPAN_H
#define ARK_TEXT_SPAN_H

#include "common/base/str.h"

/** The bytes [start, end) of a text. */
struct ark_span {
    uint32_t start;
    uint32_t end;
};

struct ark_spans {
    const struct ark_span *items;
    size_t count;
};

/** What stands before and after a span. */
struct ark_marks {
    ark_str open;
    ark_str close;
};

#endif
