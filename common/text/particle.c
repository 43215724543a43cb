#include "common/text/particle.h"

#include "common/base/compiler.h"
#include "common/text/tables.h"

enum { LETTER_BYTES = 2, REST_BYTES_MIN = 3 * LETTER_BYTES };

/** The table's slot for a packed word, or 0 when it has none. */
static uint64_t
find(uint64_t packed)
{
    uint32_t slots = ark_table_particle_slots;
    uint32_t at = ark_particle_slot(packed, slots);
    for (uint32_t probed = 0; probed < slots; probed++) {
        uint64_t slot = ark_table_particle[at];
        if (slot == 0 || (slot & ~ARK_PARTICLE_KEEPS) == packed) {
            return slot;
        }
        at = at + 1 == slots ? 0 : at + 1;
    }
    return 0;
}

/** Whether the word without its first letter is at least as frequent as the word. */
static bool
rest_is_as_frequent(ark_str word, ark_str rest)
{
    uint64_t packed_rest = ark_particle_pack(rest);
    if (packed_rest == 0 || find(packed_rest) == 0) {
        return false;
    }
    uint64_t packed_word = ark_particle_pack(word);
    return packed_word == 0 || (find(packed_word) & ARK_PARTICLE_KEEPS) == 0;
}

static ark_str
strip_one_of(ark_str word, const char *const *particles, size_t count)
{
    // Shorter in letters only if it has letters of three bytes, which no table word has.
    if (word.len < LETTER_BYTES + REST_BYTES_MIN) {
        return word;
    }
    for (size_t i = 0; i < count; i++) {
        ark_str rest = ark_str_slice(word, LETTER_BYTES, word.len);
        if (memcmp(word.bytes, particles[i], LETTER_BYTES) == 0 &&
            rest_is_as_frequent(word, rest)) {
            return rest;
        }
    }
    return word;
}

ark_str
ark_particle_strip(ark_str form)
{
    static const char *const conjunctions[] = {
        // waw
        "و",
        // feh
        "ف",
    };
    static const char *const prepositions[] = {
        // beh
        "ب",
        // kaf
        "ك",
        // lam
        "ل",
        // seen
        "س",
    };
    ark_str word = strip_one_of(form, conjunctions, ARK_COUNT_OF(conjunctions));
    return strip_one_of(word, prepositions, ARK_COUNT_OF(prepositions));
}
