/**
 * @file gate.h
 * The gate between text from outside and a screen: what may pass, character by
 * character.
 *
 * Whatever documents, titles, file names and queries contain, what passes
 * neither drives a terminal nor shows a reader another text than is there
 * (Boucher and Anderson, "Trojan Source: Invisible Vulnerabilities", 2021,
 * CVE-2021-42574; Unicode Technical Report 36, sections 2.5 and 3):
 *
 *   - line ends, tabs and the like become a space; other controls (C0, DEL, C1,
 *     so every escape sequence) are dropped;
 *   - bidi controls, tags, variation selectors, fillers and all other
 *     characters that are meant not to be seen are dropped;
 *   - ZWNJ and ZWJ stay where they shape letters: one between two letters, and
 *     a ZWJ beside an Arabic letter; elsewhere they are dropped;
 *   - private-use characters, noncharacters and bad sequences become U+FFFD;
 *   - of the marks on one character the first ARK_GATE_MARKS_MAX stay.
 *
 * Idempotent: what has passed passes again unchanged. No state outlives a text.
 */
#ifndef ARK_TEXT_GATE_H
#define ARK_TEXT_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/str.h"

enum {
    /** A Qur'anic letter has up to six; stacks of hundreds cover the lines around them. */
    ARK_GATE_MARKS_MAX = 8,
    /** What one call writes at most: a joiner held back, and a character. */
    ARK_GATE_BYTES_MAX = 8,
};

/** A text on its way. All zero at the start of a text. */
struct ark_gate {
    uint32_t joiner;     /**< held back until it is known what follows; 0 = none */
    unsigned mark_count; /**< on the last character */
    bool letter;         /**< the last character is a letter */
    bool arabic;         /**< and joins as Arabic does */
};

/**
 * Passes one character (a scalar value, or U+FFFD for a bad sequence) and
 * writes what comes out to out, ARK_GATE_BYTES_MAX bytes of room; returns how
 * many bytes that is, perhaps none. At the end of the text a joiner may be
 * left: ark_gate_end.
 */
size_t ark_gate_pass(struct ark_gate *gate, uint32_t codepoint, uint8_t *out);

/**
 * How many bytes at the front of text pass as they are, whole characters, and lets them pass: plain
 * Arabic letters and ASCII, sixteen bytes at a time; perhaps none. Where there are none, ask again
 * some characters later only.
 */
size_t ark_gate_pass_plain(struct ark_gate *gate, ark_str text);

/** Ends the text: writes the joiner that was held back if it may stay; returns its bytes. */
size_t ark_gate_end(struct ark_gate *gate, uint8_t *out);

#endif
