/**
 * @file fuzzy.h
 * Words at most one or two edits from a word: an automaton that is led through
 * the forms of a dictionary in their order, and what each edit costs among
 * Arabic letters.
 *
 * An edit inserts, deletes or replaces one character or changes two neighbours
 * about (optimal string alignment: what was changed about is not edited
 * again). The automaton holds, for each number of edits, the set of places in
 * the word that reading a form can have come to, a bit each; a character of the
 * form moves all of them at once (Wu, Manber, "Fast Text Searching Allowing
 * Errors", CACM 1992; the changing about as in Hyyro, "A Bit-Vector Algorithm
 * for Computing Levenshtein and Damerau Edit Distances", 2003). The states
 * behind the characters of a form are kept: the next form in dictionary order
 * shares its first characters and goes on behind them, and from a character that
 * leads nowhere the forms are passed over up to the next one that leads somewhere: where
 * no edit is left, that is one of a few letters of the word.
 */
#ifndef ARK_SEARCHER_FUZZY_H
#define ARK_SEARCHER_FUZZY_H

#include "common/base/arena.h"
#include "common/base/str.h"

/** Longer words have no misspellings: characters of a word, edits. */
enum { ARK_FUZZY_CHARACTERS_MAX = 62, ARK_FUZZY_EDITS_MAX = 2 };

/** Letters whose places are looked up by their number. */
enum { ARK_FUZZY_ARABIC_FIRST = 0x620, ARK_FUZZY_ARABIC = 0x60 };

/** The places reached, by number of edits. */
struct ark_fuzzy_state {
    uint64_t reached[ARK_FUZZY_EDITS_MAX + 1];
    uint64_t
        half[ARK_FUZZY_EDITS_MAX]; /**< the later of two neighbours was read before the earlier */
};

struct ark_fuzzy_letter;

/** A word's automaton, and how far it has read. */
struct ark_fuzzy {
    ark_str word;
    uint32_t edits;                         /**< at most */
    uint32_t length;                        /**< characters of the word */
    const struct ark_fuzzy_letter *letters; /**< places of each distinct character */
    uint32_t letter_count;
    const uint64_t *arabic; /**< places of each letter from U+0620 on: ARK_FUZZY_ARABIC of them */
    uint8_t previous[256];  /**< the form read last */
    size_t previous_bytes;  /**< how much of it was read */
    bool nowhere;           /**< so much of it leads nowhere */
    uint32_t depth;         /**< states behind the first */
    uint16_t ends[256 + 1]; /**< by state: the byte of previous it stands behind */
    struct ark_fuzzy_state states[256 + 1];
};

/** An automaton in the arena for a folded form; NULL when it is longer than ARK_FUZZY_CHARACTERS_MAX. */
struct ark_fuzzy *ark_fuzzy_new(ark_str word, uint32_t edits, struct ark_arena *arena);

/**
 * The number of edits from the word to form (at most 255 bytes), or -1 when
 * they are too many. Forms may come in any order; in dictionary order they cost
 * their characters beyond those shared with the one before.
 */
int ark_fuzzy_distance(struct ark_fuzzy *fuzzy, ark_str form);

/**
 * The same, a character at a time: a form has this character behind depth others, of which
 * this has said true; false when no form that begins so is near enough. O(1).
 */
bool ark_fuzzy_step(struct ark_fuzzy *fuzzy, uint32_t depth, uint32_t codepoint);
/** The least character above this one that it would say true of in its place; 0: none. Cost: 1 ns a letter of the word. */
uint32_t ark_fuzzy_next(const struct ark_fuzzy *fuzzy, uint32_t depth, uint32_t codepoint);
/** Whether a form that ends behind depth such characters is near enough. O(1). */
bool ark_fuzzy_ends(const struct ark_fuzzy *fuzzy, uint32_t depth);

/**
 * What the edits from word to form cost, in hundredths, each at most 100: 0 for
 * equal words. Slips that are common in Arabic cost less: another seat of a
 * hamza, letters that sound or look alike, neighbours on the keyboard.
 * Both of at most ARK_FUZZY_CHARACTERS_MAX + ARK_FUZZY_EDITS_MAX characters.
 */
uint32_t ark_fuzzy_cost(ark_str word, ark_str form);

#endif
