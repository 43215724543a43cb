#include "common/text/particle.h"

#include "common/base/compiler.h"
#include "common/text/tables.h"

enum { LETTER_BYTES = 2, REST_BYTES_MIN = 3 * LETTER_BYTES };

/** The table's slot for a packed word, or 0 when it has none. */
static uint64_t
find(uint64_t packed)
{
    return ark_packed_find(ark_table_particles, ark_table_particle_slots, packed);
}

/**
 * Whether the word without its first letter is at least as frequent as the
 * word; of a word that was never counted only the rest is asked for, unless
 * the whole must be known, too.
 */
static bool
rest_is_as_frequent(ark_str word, ark_str rest, bool must_be_known)
{
    uint64_t packed_rest = ark_particle_pack(rest);
    if (packed_rest == 0 || find(packed_rest) == 0) {
        return false;
    }
    uint64_t packed_word = ark_particle_pack(word);
    uint64_t slot = packed_word == 0 ? 0 : find(packed_word);
    return slot == 0 ? !must_be_known : (slot & (ARK_PARTICLE_KEEPS | ARK_PARTICLE_NOUN)) == 0;
}

bool
ark_particle_is_own_waw(ark_str form)
{
    uint64_t packed = ark_particle_pack(form);
    return packed != 0 && (find(packed) & ARK_PARTICLE_OWN_WAW) != 0;
}

bool
ark_particle_is_noun(ark_str form)
{
    uint64_t packed = ark_particle_pack(form);
    return packed != 0 && (find(packed) & ARK_PARTICLE_NOUN) != 0;
}

/** A particle of one letter. */
struct particle {
    const char *letter;
    const char *only_before; /**< these letters; NULL = any */
    const char
        *known_before; /**< before these letters only in words that were counted; NULL = none */
};

/** True when text, a run of letters, holds the first letter of rest. */
static bool
holds_first_letter(const char *text, ark_str rest)
{
    for (; *text != '\0'; text += LETTER_BYTES) {
        if (memcmp(text, rest.bytes, LETTER_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/** True when the particle can be taken off word, which leaves rest. */
static bool
comes_off(const struct particle *particle, ark_str word, ark_str rest)
{
    if (memcmp(word.bytes, particle->letter, LETTER_BYTES) != 0 ||
        (particle->only_before != NULL && !holds_first_letter(particle->only_before, rest))) {
        return false;
    }
    bool must_be_known =
        particle->known_before != NULL && holds_first_letter(particle->known_before, rest);
    return rest_is_as_frequent(word, rest, must_be_known);
}

static ark_str
strip_one_of(ark_str word, const struct particle *particles, size_t count)
{
    // Shorter in letters only if it has letters of three bytes, which no table word has.
    if (word.len < LETTER_BYTES + REST_BYTES_MIN) {
        return word;
    }
    for (size_t i = 0; i < count; i++) {
        ark_str rest = ark_str_slice(word, LETTER_BYTES, word.len);
        if (comes_off(&particles[i], word, rest)) {
            return rest;
        }
    }
    return word;
}

// Letters: waw, feh; beh, kaf, lam, seen.
static const struct particle CONJUNCTIONS[] = {
    {"\u0648", NULL, NULL},
    {"\u0641", NULL, NULL},
};
static const struct particle PREPOSITIONS[] = {
    {"\u0628", NULL, NULL},
    {"\u0643", NULL, NULL},
    // lam-lam is "for the", one of the prefixes that come after the particles, unless counts say
    // that the word begins with lam, such as Lebanon.
    {"\u0644", NULL, "\u0644"},
    // The sign of the future stands before the four letters that begin an imperfect verb only:
    // otherwise "inhabitants" and "embassy" lose their first letter and "the embassy" does not.
    {"\u0633", "\u0627\u062A\u0646\u064A", NULL},
};

ark_str
ark_particle_strip(ark_str form)
{
    ark_str word = strip_one_of(form, CONJUNCTIONS, ARK_COUNT_OF(CONJUNCTIONS));
    return strip_one_of(word, PREPOSITIONS, ARK_COUNT_OF(PREPOSITIONS));
}
