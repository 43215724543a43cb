/**
 * @file segment.h
 * Cuts text into tokens with byte spans. The indexer and the snippet writer
 * both count tokens with it, so a stored position finds its bytes again.
 *
 * A token is a maximal run of letters, digits and the marks, tatweel and
 * joiners between them, of one kind: Arabic letters, digits (any script), or
 * letters of any other script with the ASCII digits among them (B52, covid19).
 * Arabic letters and digits part (in the style of "alef lam tatweel 39" the 39
 * is a token). A run of tatweel or marks alone is no token.
 *
 * Invariants: spans ascend, do not overlap, lie inside the text, begin and end
 * on character boundaries. The text need not be valid UTF-8: bad bytes part
 * tokens. Never allocates. Texts of up to UINT32_MAX bytes.
 */
#ifndef ARK_TEXT_SEGMENT_H
#define ARK_TEXT_SEGMENT_H

#include "common/base/str.h"

enum ark_script {
    ARK_SCRIPT_ARABIC,
    ARK_SCRIPT_DIGITS,
    ARK_SCRIPT_LATIN, /**< begins with a Latin letter */
    ARK_SCRIPT_OTHER,
};

/** One token: the bytes [start, end) of the text, clitics, marks and tatweel included. */
struct ark_token {
    uint32_t start;
    uint32_t end;
    enum ark_script script;
};

/** The state of a walk over one text; put it on the stack. */
struct ark_segmenter {
    ark_str text;
    size_t at;
};

/** A walk that begins at the first byte of text; text must outlive it. */
struct ark_segmenter ark_segmenter_make(ark_str text);
/**
 * Passes over the next tokens, sixteen bytes at a time: at most count of them, and fewer where the
 * text is not Arabic alone. Returns how many; ark_segmenter_next gives those after them.
 */
uint64_t ark_segmenter_skip(struct ark_segmenter *segmenter, uint64_t count);
/** The next token; false at the end. Cost: O(bytes walked). */
bool ark_segmenter_next(struct ark_segmenter *segmenter, struct ark_token *out);

#endif
