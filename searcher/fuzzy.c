#include "searcher/fuzzy.h"

#include "common/base/compiler.h"
#include "common/text/utf8.h"

enum { ROW_MAX = ARK_FUZZY_CHARACTERS_MAX + ARK_FUZZY_EDITS_MAX + 1, COST_FULL = 100 };

/** A character of the word and the places it stands at, a bit each. */
struct ark_fuzzy_letter {
    uint32_t codepoint;
    uint64_t places;
};

/** Decodes at most max characters; returns how many there are, max + 1 when more. */
static uint32_t
decode(ark_str text, uint32_t *out, uint32_t max)
{
    uint32_t count = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
        if (count == max) {
            return max + 1;
        }
        out[count++] = codepoint;
    }
    return count;
}

/** All of a state's places that deleting characters of the word leads to. */
static void
close_deletions(struct ark_fuzzy_state *state, uint32_t edits)
{
    for (uint32_t k = 1; k <= edits; k++) {
        state->reached[k] |= state->reached[k - 1] << 1;
    }
}

struct ark_fuzzy *
ark_fuzzy_new(ark_str word, uint32_t edits, struct ark_arena *arena)
{
    ARK_ASSERT(edits <= ARK_FUZZY_EDITS_MAX);
    uint32_t characters[ARK_FUZZY_CHARACTERS_MAX];
    uint32_t length = decode(word, characters, ARK_FUZZY_CHARACTERS_MAX);
    if (length > ARK_FUZZY_CHARACTERS_MAX) {
        return NULL;
    }
    struct ark_fuzzy_letter *letters = ark_arena_calloc(arena, length + 1, sizeof *letters);
    struct ark_fuzzy *fuzzy = ARK_ARENA_NEW(arena, struct ark_fuzzy);
    fuzzy->word = ark_arena_dup(arena, word);
    fuzzy->edits = edits;
    fuzzy->length = length;
    fuzzy->letters = letters;
    for (uint32_t i = 0; i < length; i++) {
        uint32_t at = 0;
        while (at < fuzzy->letter_count && letters[at].codepoint != characters[i]) {
            at++;
        }
        fuzzy->letter_count += at == fuzzy->letter_count ? 1 : 0;
        letters[at].codepoint = characters[i];
        letters[at].places |= (uint64_t)1 << i;
    }
    uint64_t *arabic = ark_arena_calloc(arena, ARK_FUZZY_ARABIC, sizeof *arabic);
    for (uint32_t i = 0; i < fuzzy->letter_count; i++) {
        if (letters[i].codepoint - ARK_FUZZY_ARABIC_FIRST < ARK_FUZZY_ARABIC) {
            arabic[letters[i].codepoint - ARK_FUZZY_ARABIC_FIRST] = letters[i].places;
        }
    }
    fuzzy->arabic = arabic;
    fuzzy->states[0].reached[0] = 1;
    close_deletions(&fuzzy->states[0], edits);
    return fuzzy;
}

static uint64_t
places_of(const struct ark_fuzzy *fuzzy, uint32_t codepoint)
{
    if (codepoint - ARK_FUZZY_ARABIC_FIRST < ARK_FUZZY_ARABIC) {
        return fuzzy->arabic[codepoint - ARK_FUZZY_ARABIC_FIRST];
    }
    for (uint32_t i = 0; i < fuzzy->letter_count; i++) {
        if (fuzzy->letters[i].codepoint == codepoint) {
            return fuzzy->letters[i].places;
        }
    }
    return 0;
}

/** The state behind one more character; false when it leads nowhere. Bit i: i characters of the word are used. */
static bool
step(const struct ark_fuzzy *fuzzy, const struct ark_fuzzy_state *from, uint32_t codepoint,
     struct ark_fuzzy_state *to)
{
    uint64_t places = places_of(fuzzy, codepoint);
    uint64_t all = ((uint64_t)1 << fuzzy->length << 1) - 1;
    uint64_t any = 0;
    for (uint32_t k = 0; k <= fuzzy->edits; k++) {
        uint64_t reached = (from->reached[k] & places) << 1; // equal
        if (k > 0) {
            reached |= from->reached[k - 1]                 // inserted
                       | from->reached[k - 1] << 1          // replaced
                       | to->reached[k - 1] << 1            // deleted
                       | (from->half[k - 1] & places) << 2; // the earlier of two neighbours
        }
        to->reached[k] = reached & all;
        any |= to->reached[k];
        if (k < fuzzy->edits) {
            to->half[k] = from->reached[k] & places >> 1;
            any |= to->half[k];
        }
    }
    return any != 0;
}

/** Goes back to the last state that stands within the bytes shared with the last form. */
static void
go_back(struct ark_fuzzy *fuzzy, size_t shared)
{
    while (fuzzy->depth > 0 && fuzzy->ends[fuzzy->depth] > shared) {
        fuzzy->depth--;
    }
}

int
ark_fuzzy_distance(struct ark_fuzzy *fuzzy, ark_str form)
{
    ARK_ASSERT(form.len < sizeof fuzzy->previous);
    size_t shared =
        ark_str_common_prefix(form, ark_str_make(fuzzy->previous, fuzzy->previous_bytes));
    if (fuzzy->nowhere && shared == fuzzy->previous_bytes) {
        return -1; // again
    }
    go_back(fuzzy, shared);
    size_t at = fuzzy->depth == 0 ? 0 : fuzzy->ends[fuzzy->depth];
    while (at < form.len) {
        uint32_t codepoint = 0;
        size_t length = ark_utf8_decode(form.bytes + at, form.len - at, &codepoint);
        memcpy(fuzzy->previous + at, form.bytes + at, length);
        fuzzy->previous_bytes = at + length;
        if (!step(fuzzy, &fuzzy->states[fuzzy->depth], codepoint,
                  &fuzzy->states[fuzzy->depth + 1])) {
            fuzzy->nowhere = true;
            return -1;
        }
        at += length;
        fuzzy->ends[++fuzzy->depth] = (uint16_t)at;
    }
    fuzzy->previous_bytes = at;
    fuzzy->nowhere = false;
    for (uint32_t k = 0; k <= fuzzy->edits; k++) {
        if ((fuzzy->states[fuzzy->depth].reached[k] >> fuzzy->length & 1) != 0) {
            return (int)k;
        }
    }
    return -1;
}

bool
ark_fuzzy_step(struct ark_fuzzy *fuzzy, uint32_t depth, uint32_t codepoint)
{
    return depth + 1 < ARK_COUNT_OF(fuzzy->states) &&
           step(fuzzy, &fuzzy->states[depth], codepoint, &fuzzy->states[depth + 1]);
}

uint32_t
ark_fuzzy_next(const struct ark_fuzzy *fuzzy, uint32_t depth, uint32_t codepoint)
{
    ARK_ASSERT(depth + 1 < ARK_COUNT_OF(fuzzy->states));
    const struct ark_fuzzy_state *from = &fuzzy->states[depth];
    uint64_t wanted = from->reached[fuzzy->edits];
    uint32_t next = 0;
    for (uint32_t k = 0; k < fuzzy->edits; k++) {
        if (from->reached[k] != 0) { // one more edit: any character
            return codepoint + 1;
        }
        wanted |= from->half[k];
    }
    for (uint32_t i = 0; i < fuzzy->letter_count; i++) {
        const struct ark_fuzzy_letter *letter = &fuzzy->letters[i];
        if (letter->codepoint > codepoint && (letter->places & wanted) != 0 &&
            (next == 0 || letter->codepoint < next)) {
            next = letter->codepoint;
        }
    }
    return next;
}

bool
ark_fuzzy_ends(const struct ark_fuzzy *fuzzy, uint32_t depth)
{
    ARK_ASSERT(depth < ARK_COUNT_OF(fuzzy->states));
    uint64_t reached = 0;
    for (uint32_t k = 0; k <= fuzzy->edits; k++) {
        reached |= fuzzy->states[depth].reached[k];
    }
    return (reached >> fuzzy->length & 1) != 0;
}

/** Letters that are taken for one another, and what that costs. */
struct confusion {
    uint16_t a;
    uint16_t b;
    uint8_t cost;
};

static const struct confusion CONFUSIONS[] = {
    // The seat of a hamza, or none: waw, yeh, alef and hamza with one another.
    {0x0621, 0x0624, 30},
    {0x0621, 0x0626, 30},
    {0x0621, 0x0627, 40},
    {0x0624, 0x0648, 30},
    {0x0626, 0x064A, 30},
    {0x0624, 0x0626, 30},
    {0x0624, 0x0627, 40},
    {0x0626, 0x0627, 40},
    // Sounds that fall together: dad and zah, dal and thal, teh and theh, teh and tah, seen and
    // sad, thal and zain, thal and zah, qaf and ghain, qaf and kaf, heh and hah.
    {0x0636, 0x0638, 30},
    {0x062F, 0x0630, 50},
    {0x062A, 0x062B, 50},
    {0x062A, 0x0637, 50},
    {0x0633, 0x0635, 40},
    {0x0630, 0x0632, 50},
    {0x0630, 0x0638, 50},
    {0x0642, 0x063A, 60},
    {0x0642, 0x0643, 60},
    {0x0647, 0x062D, 60},
    {0x062F, 0x0636, 50},
    {0x062B, 0x0633, 50},
    // Shapes that differ by dots: beh, teh, theh, noon, yeh; jeem, hah, khah; reh, zain; seen,
    // sheen; sad, dad; tah, zah; ain, ghain; feh, qaf.
    {0x0628, 0x062A, 60},
    {0x0628, 0x062B, 60},
    {0x0628, 0x0646, 60},
    {0x0628, 0x064A, 60},
    {0x062A, 0x0646, 60},
    {0x062A, 0x064A, 60},
    {0x0646, 0x064A, 60},
    {0x062C, 0x062D, 60},
    {0x062C, 0x062E, 60},
    {0x062D, 0x062E, 60},
    {0x0631, 0x0632, 60},
    {0x0633, 0x0634, 60},
    {0x0635, 0x0636, 60},
    {0x0637, 0x0638, 60},
    {0x0639, 0x063A, 60},
    {0x0641, 0x0642, 60},
    // A long vowel for another: waw, yeh, alef.
    {0x0627, 0x0648, 80},
    {0x0627, 0x064A, 80},
    {0x0648, 0x064A, 80},
    // Final heh for teh.
    {0x0647, 0x062A, 70},
};

/** The rows of the Arabic keyboard (the layout of the Arabic 101), from right to left as on the keys. */
static const uint16_t KEY_ROWS[][13] = {
    {0x062F, 0x062C, 0x062D, 0x062E, 0x0647, 0x0639, 0x063A, 0x0641, 0x0642, 0x062B, 0x0635, 0x0636,
     0},
    {0x0637, 0x0643, 0x0645, 0x0646, 0x062A, 0x0627, 0x0644, 0x0628, 0x064A, 0x0633, 0x0634, 0},
    {0x0638, 0x0632, 0x0648, 0x0629, 0x0649, 0x0631, 0x0624, 0x0621, 0x0626, 0},
};

/** COST_LEAST: no two letters that differ cost less. */
enum { COST_LEAST = 30, COST_NEIGHBOURS = 80, COST_LONG_VOWEL = 70, COST_SWAP = 70 };

static bool
are_neighbours(uint32_t a, uint32_t b)
{
    for (size_t row = 0; row < ARK_COUNT_OF(KEY_ROWS); row++) {
        for (size_t i = 0; KEY_ROWS[row][i] != 0 && KEY_ROWS[row][i + 1] != 0; i++) {
            uint32_t left = KEY_ROWS[row][i];
            uint32_t right = KEY_ROWS[row][i + 1];
            if ((left == a && right == b) || (left == b && right == a)) {
                return true;
            }
        }
    }
    return false;
}

/** Of two letters that differ. */
static uint32_t
replace_cost(uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < ARK_COUNT_OF(CONFUSIONS); i++) {
        const struct confusion *pair = &CONFUSIONS[i];
        if ((pair->a == a && pair->b == b) || (pair->a == b && pair->b == a)) {
            return pair->cost;
        }
    }
    return are_neighbours(a, b) ? COST_NEIGHBOURS : COST_FULL;
}

/** A long vowel, or a letter that is there twice, is easily left out. */
static uint32_t
insert_cost(uint32_t codepoint, uint32_t before)
{
    bool vowel = codepoint == 0x0627 || codepoint == 0x0648 || codepoint == 0x064A;
    return vowel || codepoint == before ? COST_LONG_VOWEL : COST_FULL;
}

static uint32_t
least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

uint32_t
ark_fuzzy_cost(ark_str word, ark_str form) // NOLINT(readability-function-cognitive-complexity)
{
    uint32_t a[ROW_MAX];
    uint32_t b[ROW_MAX];
    uint32_t rows[3][ROW_MAX + 1];
    uint32_t m = decode(word, a, ROW_MAX - 1);
    uint32_t n = decode(form, b, ROW_MAX - 1);
    ARK_ASSERT(m < ROW_MAX && n < ROW_MAX);
    for (uint32_t i = 0; i <= m; i++) {
        uint32_t *row = rows[i % 3];
        const uint32_t *above = rows[(i + 2) % 3];
        const uint32_t *second = rows[(i + 1) % 3];
        uint32_t a_before = i > 1 ? a[i - 2] : 0;
        for (uint32_t j = 0; j <= n; j++) {
            uint32_t b_before = j > 1 ? b[j - 2] : 0;
            uint32_t cost = i == 0 && j == 0 ? 0 : UINT32_MAX;
            cost = i > 0 ? least(cost, above[j] + insert_cost(a[i - 1], a_before)) : cost;
            cost = j > 0 ? least(cost, row[j - 1] + insert_cost(b[j - 1], b_before)) : cost;
            if (i > 0 && j > 0 && a[i - 1] == b[j - 1]) {
                cost = least(cost, above[j - 1]);
            } else if (i > 0 && j > 0 && above[j - 1] + COST_LEAST < cost) {
                cost = least(cost, above[j - 1] + replace_cost(a[i - 1], b[j - 1]));
            }
            if (i > 1 && j > 1 && a[i - 1] == b_before && a_before == b[j - 1]) {
                cost = least(cost, second[j - 2] + COST_SWAP);
            }
            row[j] = cost;
        }
    }
    return rows[m % 3][n];
}
