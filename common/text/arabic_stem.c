#include "common/text/arabic_stem.h"

#include "common/base/compiler.h"

/** Letters as they stand in a word here: what U+0600 is added to. */
enum letter {
    HAMZA = 0x21,
    ALEF_MADDA = 0x22,
    ALEF_HAMZA_ABOVE = 0x23,
    WAW_HAMZA = 0x24,
    ALEF_HAMZA_BELOW = 0x25,
    YEH_HAMZA = 0x26,
    ALEF = 0x27,
    BEH = 0x28,
    TEH_MARBUTA = 0x29,
    TEH = 0x2A,
    SEEN = 0x33,
    GHAIN = 0x3A,
    FEH = 0x41,
    KAF = 0x43,
    LAM = 0x44,
    MEEM = 0x45,
    NOON = 0x46,
    HEH = 0x47,
    WAW = 0x48,
    ALEF_MAQSURA = 0x49,
    YEH = 0x4A,
};

/** A word that is being cut; its steps may take letters from the middle, too. */
struct word {
    uint8_t letters[ARK_ARABIC_STEM_LETTERS_MAX];
    size_t count;
};

/** An affix of one to three letters, and how many letters a word has at least that loses it. */
struct affix {
    uint32_t letters; /**< from the edge of the word inwards, the first in the lowest byte */
    uint8_t count;
    uint8_t least;
};

// clang-format off
#define ENDING_1(a, least) {(a), 1, (least)}
#define ENDING_2(a, b, least) {(b) | (a) << 8, 2, (least)}
#define ENDING_3(a, b, c, least) {(c) | (b) << 8 | (a) << 16, 3, (least)}
// clang-format on

/** The affix of a table, longest first, that a word has, given its three letters at an edge; or NULL. */
static const struct affix *
find_affix(uint32_t edge, const struct affix *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t beyond = edge ^ table[i].letters;
        if (beyond << (32 - 8 * table[i].count) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

/** Takes the longest ending of a table off, if the word has one and is long enough for it. */
static bool
take_ending(struct word *word, const struct affix *table, size_t count)
{
    const uint8_t *end = word->letters + word->count;
    uint32_t edge = word->count > 0 ? end[-1] : 0;
    edge |= word->count > 1 ? (uint32_t)end[-2] << 8 : 0;
    edge |= word->count > 2 ? (uint32_t)end[-3] << 16 : 0;
    const struct affix *ending = find_affix(edge, table, count);
    if (ending == NULL || word->count < ending->least) {
        return false;
    }
    word->count -= ending->count;
    return true;
}

#define TAKE_ENDING(word, table) take_ending((word), (table), ARK_COUNT_OF(table))

// Each step has its own opinion of how long a word must be.
static const struct affix VERB_OBJECTS[] = {
    ENDING_3(HEH, MEEM, ALEF, 6),
    ENDING_3(KAF, MEEM, ALEF, 6),
    ENDING_3(KAF, MEEM, WAW, 6),
    ENDING_2(NOON, YEH, 5),
    ENDING_2(NOON, ALEF, 5),
    ENDING_2(HEH, ALEF, 5),
    ENDING_2(HEH, MEEM, 5),
    ENDING_2(HEH, NOON, 5),
    ENDING_2(KAF, MEEM, 5),
    ENDING_2(KAF, NOON, 5),
    ENDING_1(HEH, 4),
    ENDING_1(KAF, 4),
};
static const struct affix VERB_PERSONS[] = {
    ENDING_3(TEH, MEEM, ALEF, 6),
    ENDING_2(NOON, ALEF, 5),
    ENDING_2(TEH, ALEF, 5),
    ENDING_2(TEH, NOON, 5),
    ENDING_2(ALEF, NOON, 6),
    ENDING_2(WAW, NOON, 6),
    ENDING_2(YEH, NOON, 6),
    ENDING_1(TEH, 4),
    ENDING_1(ALEF, 4),
    ENDING_1(NOON, 4),
    ENDING_1(YEH, 4),
};
static const struct affix VERB_PLURALS[] = {
    ENDING_2(WAW, ALEF, 5),
    ENDING_2(TEH, MEEM, 5),
};
static const struct affix VERB_PLURALS_BEFORE_OBJECTS[] = {
    ENDING_3(TEH, MEEM, WAW, 6),
    ENDING_1(WAW, 4),
};
static const struct affix NOUN_OWNERS[] = {
    ENDING_3(KAF, MEEM, ALEF, 6),
    ENDING_3(HEH, MEEM, ALEF, 6),
    ENDING_2(NOON, ALEF, 5),
    ENDING_2(KAF, MEEM, 5),
    ENDING_2(HEH, ALEF, 5),
    ENDING_2(HEH, NOON, 5),
    ENDING_2(HEH, MEEM, 5),
    ENDING_1(YEH, 4),
    ENDING_1(KAF, 4),
    ENDING_1(HEH, 4),
};
static const struct affix NOUN_NOON[] = {ENDING_1(NOON, 6)};
static const struct affix NOUN_LONG_VOWELS[] = {
    ENDING_1(ALEF, 5),
    ENDING_1(YEH, 5),
    ENDING_1(WAW, 5),
};
static const struct affix NOUN_PLURAL[] = {ENDING_2(ALEF, TEH, 5)};
static const struct affix NOUN_TEH[] = {ENDING_1(TEH, 4)};
static const struct affix NOUN_TEH_MARBUTA[] = {ENDING_1(TEH_MARBUTA, 4)};

/** Takes count letters from at on out of the word. */
static void
remove_letters(struct word *word, size_t at, size_t count)
{
    memmove(word->letters + at, word->letters + at + count, word->count - at - count);
    word->count -= count;
}

static bool
has_at(const struct word *word, size_t at, uint8_t first, uint8_t second)
{
    return at + 1 < word->count && word->letters[at] == first && word->letters[at + 1] == second;
}

static bool
has_one_at(const struct word *word, size_t at, uint8_t letter)
{
    return at < word->count && word->letters[at] == letter;
}

static bool
cut_verb(struct word *word)
{
    bool has_object = false;
    while (TAKE_ENDING(word, VERB_OBJECTS)) {
        has_object = true;
    }
    if (has_object) {
        (void)(TAKE_ENDING(word, VERB_PERSONS) || TAKE_ENDING(word, VERB_PLURALS_BEFORE_OBJECTS));
        return true;
    }
    return TAKE_ENDING(word, VERB_PLURALS) || TAKE_ENDING(word, VERB_PERSONS);
}

static bool
cut_noun_plural(struct word *word)
{
    return TAKE_ENDING(word, NOUN_LONG_VOWELS) || TAKE_ENDING(word, NOUN_PLURAL) ||
           TAKE_ENDING(word, NOUN_TEH);
}

/** Takes the endings of a noun off; what goes stays away even if it is none in the end. */
static bool
cut_noun(struct word *word, bool defined)
{
    size_t behind = 0; // letters behind where the last step looks
    if (TAKE_ENDING(word, NOUN_TEH_MARBUTA)) {
        // Nothing else stands behind it.
    } else if (!defined && TAKE_ENDING(word, NOUN_OWNERS)) {
        // Snowball goes on one letter further to the front where no plural is found.
        behind = cut_noun_plural(word) ? 0 : 1;
    } else if (!(TAKE_ENDING(word, NOUN_NOON) && cut_noun_plural(word))) {
        (void)((!defined && TAKE_ENDING(word, NOUN_LONG_VOWELS)) || TAKE_ENDING(word, NOUN_PLURAL));
    }
    enum { RELATIVE_LEAST = 3 };
    if (word->count < RELATIVE_LEAST || word->letters[word->count - 1 - behind] != YEH) {
        return false;
    }
    remove_letters(word, word->count - 1 - behind, 1);
    return true;
}

/** What the beginning of a word tells: with an article it is no verb. */
static bool
has_article(const struct word *word)
{
    enum { LEAST = 4, LEAST_BEHIND_PARTICLE = 5 };
    if (word->count >= LEAST && (has_at(word, 0, LAM, LAM) || has_at(word, 0, ALEF, LAM))) {
        return true;
    }
    return word->count >= LEAST_BEHIND_PARTICLE && has_at(word, 1, ALEF, LAM) &&
           (word->letters[0] == BEH || word->letters[0] == KAF);
}

/** Makes one of two alefs with hamza; returns where the next step looks. */
static size_t
unite_alefs(struct word *word)
{
    enum { LEAST = 4 };
    if (word->count < LEAST || word->letters[0] != ALEF_HAMZA_ABOVE) {
        return 0;
    }
    switch (word->letters[1]) {
    case WAW_HAMZA:
        word->letters[1] = ALEF_HAMZA_ABOVE;
        break;
    case ALEF_HAMZA_ABOVE:
    case ALEF_HAMZA_BELOW:
    case ALEF_MADDA:
    case ALEF:
        break;
    default:
        return 0;
    }
    remove_letters(word, 0, 1);
    return 1; // behind what it has written, as Snowball does
}

/** Takes the article off, and what stands before it. */
static bool
cut_article(struct word *word, size_t at)
{
    enum { LEAST = 5, LEAST_BEHIND_PARTICLE = 6 };
    if (has_at(word, at, LAM, LAM) || has_at(word, at, ALEF, LAM)) {
        if (word->count >= LEAST) {
            remove_letters(word, at, 2);
            return true;
        }
        return false;
    }
    if ((has_one_at(word, at, BEH) || has_one_at(word, at, KAF)) &&
        has_at(word, at + 1, ALEF, LAM) && word->count >= LEAST_BEHIND_PARTICLE) {
        remove_letters(word, at, 3);
        return true;
    }
    return false;
}

/** Takes beh off, and one of two kafs. */
static bool
cut_preposition(struct word *word, size_t at)
{
    enum { LEAST = 4 };
    bool has_it =
        has_one_at(word, at, BEH) ? !has_at(word, at, BEH, ALEF) : has_at(word, at, KAF, KAF);
    if (!has_it || word->count < LEAST) {
        return false;
    }
    remove_letters(word, at, 1);
    return true;
}

/** Takes the seen of the future off, and writes the tenth stem as its past. */
static void
cut_verb_beginning(struct word *word, size_t at)
{
    enum { LEAST = 5 };
    if (word->count >= LEAST &&
        (has_at(word, at, SEEN, YEH) || has_at(word, at, SEEN, TEH) ||
         has_at(word, at, SEEN, NOON) || has_at(word, at, SEEN, ALEF_HAMZA_ABOVE))) {
        remove_letters(word, at, 1);
        at++;
    }
    if (word->count >= LEAST && has_at(word, at + 1, SEEN, TEH) &&
        (word->letters[at] == YEH || word->letters[at] == NOON || word->letters[at] == TEH)) {
        word->letters[at] = ALEF;
    }
}

static void
cut_beginning(struct word *word, bool is_verb)
{
    enum { LEAST = 4 };
    size_t at = unite_alefs(word);
    if (word->count >= LEAST && (has_one_at(word, at, FEH) || has_one_at(word, at, WAW)) &&
        !has_one_at(word, at + 1, ALEF)) {
        remove_letters(word, at, 1);
    }
    if (!cut_article(word, at) && !cut_preposition(word, at) && is_verb) {
        cut_verb_beginning(word, at);
    }
}

/** The letter without its hamza, or the hamza without its letter at the end of a word. */
static uint8_t
without_hamza(uint8_t letter, bool at_end)
{
    switch (letter) {
    case ALEF_HAMZA_ABOVE:
    case ALEF_HAMZA_BELOW:
    case ALEF_MADDA:
        return at_end ? HAMZA : ALEF;
    case WAW_HAMZA:
        return at_end ? HAMZA : WAW;
    case YEH_HAMZA:
        return at_end ? HAMZA : YEH;
    default:
        return letter;
    }
}

/** Reads the letters of a text; false when it has others, none or too many. */
static bool
read_word(ark_str text, struct word *word)
{
    if (text.len == 0 || text.len % 2 != 0 || text.len / 2 > ARK_ARABIC_STEM_LETTERS_MAX) {
        return false;
    }
    word->count = text.len / 2;
    for (size_t i = 0; i < word->count; i++) {
        uint8_t lead = text.bytes[2 * i];
        uint8_t letter = (uint8_t)((lead & 1) << 6 | (text.bytes[2 * i + 1] & 0x3F));
        if ((lead & 0xFE) != 0xD8 || (text.bytes[2 * i + 1] & 0xC0) != 0x80 || letter < HAMZA ||
            letter > YEH || (letter > GHAIN && letter < FEH)) {
            return false;
        }
        word->letters[i] = letter;
    }
    return true;
}

size_t
ark_arabic_stem(ark_str text, uint8_t *out)
{
    struct word word = {.count = 0};
    if (!read_word(text, &word)) {
        return 0;
    }
    bool defined = has_article(&word);
    bool is_cut = (!defined && cut_verb(&word)) || cut_noun(&word, defined);
    ARK_ASSERT(word.count > 0);
    if (!is_cut && word.letters[word.count - 1] == ALEF_MAQSURA) {
        word.letters[word.count - 1] = YEH;
    }
    cut_beginning(&word, !defined);
    ARK_ASSERT(word.count > 0);
    for (size_t i = 0; i < word.count; i++) {
        uint8_t letter = without_hamza(word.letters[i], i + 1 == word.count);
        out[2 * i] = (uint8_t)(0xD8 | letter >> 6);
        out[2 * i + 1] = (uint8_t)(0x80 | (letter & 0x3F));
    }
    return 2 * word.count;
}
