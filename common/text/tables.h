/**
 * @file tables.h
 * The word tables of data/ as they stand in the program: laid out by
 * make_tables.c at build time, looked up by particle.c, stopwords.c, spelling.c and names.c. Read
 * only, without pointers, so that they cost nothing at program start.
 *
 * The words are open addressing with linear probing; an empty slot ends a
 * probe, and there is always one.
 */
#ifndef ARK_TEXT_TABLES_H
#define ARK_TEXT_TABLES_H

#include "common/base/str.h"

/** The part of the analyzer's identity that is written by hand: raise it when any level changes. */
#define ARK_ANALYZER_NAME_AND_VERSION "arabic 4 en"

/** ARK_ANALYZER_NAME_AND_VERSION, a blank, and 8 hex digits over the tables that levels are made with. */
extern const char ark_table_identity[];

/** Words of the particle table are at most this long; 5 bits a letter fill a 64-bit key. */
enum { ARK_PARTICLE_LETTERS_MAX = 12 };
/** Set in a slot whose word is more frequent than what is left without its first letter. */
#define ARK_PARTICLE_KEEPS ((uint64_t)1 << 63)

/** Set besides in a slot whose word begins with waw, beyond doubt. */
#define ARK_PARTICLE_OWN_WAW ((uint64_t)1 << 62)
/** Set in a slot whose word stands behind the article: it begins with no particle and no article. */
#define ARK_PARTICLE_NOUN ((uint64_t)1 << 61)
/** All that a slot has beside the word. */
#define ARK_PARTICLE_MARKS (ARK_PARTICLE_KEEPS | ARK_PARTICLE_OWN_WAW | ARK_PARTICLE_NOUN)

/** Packed words (ark_particle_pack), some with marks; 0 = empty. */
extern const uint64_t ark_table_particles[];
extern const uint32_t ark_table_particle_slots;

/** Set in a slot of a word that keeps its ending -an, but has the family of what it is formed of. */
#define ARK_WHOLE_PLURAL ARK_PARTICLE_NOUN

/** The same: nouns of two letters, and words that keep their ending. */
extern const uint64_t ark_table_short_words[];
extern const uint32_t ark_table_short_word_slots;
extern const uint64_t ark_table_whole_words[];
extern const uint32_t ark_table_whole_word_slots;

/** A stop word of at most 23 bytes; len 0 = empty. */
struct ark_stopword_slot {
    uint8_t len;
    uint8_t bytes[23];
};
extern const struct ark_stopword_slot ark_table_stopwords[];
extern const uint32_t ark_table_stopword_slots;

/** A spelling of the table in data/; those of one class have one number. */
struct ark_spelling_entry {
    uint8_t text_len;
    uint8_t class_number;
    bool takes_endings; /**< a beginning of words, not a whole one */
    uint8_t text[29];
};
/** In the order of the file. */
extern const struct ark_spelling_entry ark_table_spellings[];
extern const uint32_t ark_table_spelling_count;

/** Names of the table in data/, "_" for a blank; those of one thing have one number. */
extern const struct ark_spelling_entry ark_table_names[];
extern const uint32_t ark_table_name_count;

/** Number 1 to 31 of a letter that can stand in a form, in the order of Unicode; 0 = another character. */
static inline uint64_t
ark_particle_letter(uint32_t codepoint)
{
    if (codepoint >= 0x062A && codepoint <= 0x063A) {
        return codepoint - 0x062A + 6; // teh to ghain: 6 to 22
    }
    if (codepoint >= 0x0641 && codepoint <= 0x0648) {
        return codepoint - 0x0641 + 23; // feh to waw: 23 to 30
    }
    switch (codepoint) {
    case 0x0621: // hamza
        return 1;
    case 0x0624: // waw with hamza
        return 2;
    case 0x0626: // yeh with hamza
        return 3;
    case 0x0627: // alef
        return 4;
    case 0x0628: // beh
        return 5;
    case 0x064A: // yeh
        return 31;
    default:
        return 0;
    }
}

/** The form as one number, or 0 when it is empty, longer than 12 letters or has a letter that no form has. */
static inline uint64_t
ark_particle_pack(ark_str form)
{
    if (form.len % 2 != 0 || form.len / 2 > ARK_PARTICLE_LETTERS_MAX) {
        return 0;
    }
    uint64_t packed = 0;
    for (size_t i = 0; i < form.len; i += 2) {
        uint32_t codepoint = (uint32_t)(form.bytes[i] & 0x1F) << 6 | (form.bytes[i + 1] & 0x3FU);
        uint64_t letter = (form.bytes[i] & 0xE0) == 0xC0 ? ark_particle_letter(codepoint) : 0;
        if (letter == 0) {
            return 0;
        }
        packed = packed << 5 | letter;
    }
    return packed;
}

/** Where the probe for a packed word begins, below slots. */
static inline uint32_t
ark_particle_slot(uint64_t packed, uint32_t slots)
{
    uint64_t high = (packed * 0x9E3779B97F4A7C15U) >> 32; // Fibonacci hashing (Knuth, TAOCP 6.4)
    return (uint32_t)(high * slots >> 32);
}

/** The slot of a table that has the packed word, not 0, with its marks; 0 when none has. */
static inline uint64_t
ark_packed_find(const uint64_t *table, uint32_t slots, uint64_t packed)
{
    uint32_t at = ark_particle_slot(packed, slots);
    while (table[at] != 0 && (table[at] & ~ARK_PARTICLE_MARKS) != packed) {
        at = at + 1 == slots ? 0 : at + 1;
    }
    return table[at];
}

/** FNV-1a, 64 bits (Fowler, Noll, Vo): the same on every machine, so it may go to disk. */
static inline uint64_t
ark_table_hash(ark_str text)
{
    uint64_t hash = 0xCBF29CE484222325U;
    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ text.bytes[i]) * 0x100000001B3U;
    }
    return hash;
}

/** Where the probe for a stop word begins, below slots. */
static inline uint32_t
ark_stopword_slot(ark_str word, uint32_t slots)
{
    return (uint32_t)((ark_table_hash(word) >> 32) * slots >> 32);
}

#endif
