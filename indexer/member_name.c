#include "indexer/member_name.h"

#include <string.h>

#include "common/base/compiler.h"
#include "common/text/utf8.h"
#include "indexer/arabic_odds.h"
#include "indexer/transcode.h"

enum {
    NAME_BYTES_MAX = 16 * 1024 * 1024,
    // Two hundred names are enough to know an encoding by.
    SEEN_BYTES_MAX = 4096,
    // Of a letter; those of short names are rarer than those of a text, for which 46 is the limit.
    // The same bytes in the other encoding cost 80 and more.
    COST_ARABIC_MAX = 64,
};

/**
 * CP720 from 0x80 on, as Microsoft has it (Unicode's VENDORS/MICSFT tables lack
 * it, glibc's iconv too; Python's codec cp720 agrees). 0: no character.
 */
static const uint16_t CP720[] = {
    0x0000, 0x0000, 0x00E9, 0x00E2, 0x0000, 0x00E0, 0x0000, 0x00E7, // 80
    0x00EA, 0x00EB, 0x00E8, 0x00EF, 0x00EE, 0x0000, 0x0000, 0x0000, // 88
    0x0000, 0x0651, 0x0652, 0x00F4, 0x00A4, 0x0640, 0x00FB, 0x00F9, // 90
    0x0621, 0x0622, 0x0623, 0x0624, 0x00A3, 0x0625, 0x0626, 0x0627, // 98
    0x0628, 0x0629, 0x062A, 0x062B, 0x062C, 0x062D, 0x062E, 0x062F, // A0
    0x0630, 0x0631, 0x0632, 0x0633, 0x0634, 0x0635, 0x00AB, 0x00BB, // A8
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, // B0
    0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, // B8
    0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, // C0
    0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567, // C8
    0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B, // D0
    0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580, // D8
    0x0636, 0x0637, 0x0638, 0x0639, 0x063A, 0x0641, 0x00B5, 0x0642, // E0
    0x0643, 0x0644, 0x0645, 0x0646, 0x0647, 0x0648, 0x0649, 0x064A, // E8
    0x2261, 0x064B, 0x064C, 0x064D, 0x064E, 0x064F, 0x0650, 0x2248, // F0
    0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0, // F8
};
_Static_assert(ARK_COUNT_OF(CP720) == 0x80, "one for each byte with the high bit");

/** What a name may be in, NULL for CP720. */
static const char *const ARABIC[] = {NULL, "WINDOWS-1256"};

struct ark_member_names
ark_member_names_make(bool zip)
{
    return (struct ark_member_names){
        .zip = zip,
        .seen = ark_buf_make(NAME_BYTES_MAX),
        .guessed = ark_buf_make((size_t)NAME_BYTES_MAX * 4),
        .name = ark_buf_make((size_t)NAME_BYTES_MAX * 4),
    };
}

void
ark_member_names_dispose(struct ark_member_names *names)
{
    ark_buf_dispose(&names->seen);
    ark_buf_dispose(&names->guessed);
    ark_buf_dispose(&names->name);
}

static bool
decode_cp720(ark_str bytes, struct ark_buf *out)
{
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t byte = bytes.bytes[i];
        uint32_t codepoint = byte < 0x80 ? byte : CP720[byte - 0x80];
        uint8_t encoded[4];
        if (codepoint == 0) {
            return false;
        }
        ark_buf_append(out, encoded, ark_utf8_encode(codepoint, encoded));
    }
    return true;
}

/** Decodes into out, which is emptied; false when bytes are not of the encoding. */
static bool
decode(const char *encoding, ark_str bytes, struct ark_buf *out)
{
    ark_buf_clear(out);
    return encoding == NULL ? decode_cp720(bytes, out)
                            : ark_transcode(encoding, bytes, ARK_TRANSCODE_STRICT, NULL, out);
}

/** Decodes raw by what makes the likeliest Arabic of it and the names before; false when none does. */
static bool
decode_arabic(struct ark_member_names *names, ark_str raw)
{
    struct ark_arabic_odds best = {.letters = 0};
    const char *const *likeliest = NULL;
    for (size_t i = 0; i < ARK_COUNT_OF(ARABIC); i++) {
        // The name itself first: one that does not convert is of neither.
        if (!decode(ARABIC[i], raw, &names->guessed) ||
            !decode(ARABIC[i], ark_buf_view(&names->seen), &names->guessed)) {
            continue;
        }
        struct ark_arabic_odds odds = ark_arabic_odds(ark_buf_view(&names->guessed));
        bool likely =
            odds.letters * 4 >= odds.counted * 3 && odds.cost <= odds.counted * COST_ARABIC_MAX;
        // Letters first: the wrong encoding makes some of them signs, but may make the others frequent.
        bool likelier =
            odds.letters > best.letters || (odds.letters == best.letters && odds.cost < best.cost);
        if (likely && likelier) {
            best = odds;
            likeliest = &ARABIC[i];
        }
    }
    return likeliest != NULL && decode(*likeliest, raw, &names->name);
}

const char *
ark_member_name(struct ark_member_names *names, const char *raw)
{
    ark_str name = ark_str_from(raw);
    if (ark_utf8_valid(name, NULL) || name.len > NAME_BYTES_MAX / 2) {
        return raw;
    }
    if (names->seen.len + name.len < SEEN_BYTES_MAX || names->seen.len == 0) {
        ark_buf_append_str(&names->seen, name);
        ark_buf_push(&names->seen, '\n');
    }
    bool decoded =
        decode_arabic(names, name) || (names->zip && decode("CP437", name, &names->name));
    return decoded ? ark_buf_cstr(&names->name) : raw;
}
