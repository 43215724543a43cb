#include "common/text/levels.h"

#include "common/base/compiler.h"
#include "common/text/analyzer.h"
#include "common/text/charclass.h"
#include "common/text/particle.h"
#include "common/text/tables.h"
#include "common/text/utf8.h"

enum { LETTERS_LEFT_MIN = 3, SKELETON_LETTERS_MIN = 2, FAMILY_LETTERS_MIN = 4, SUFFIXES_MAX = 3 };

/** Letters that a level folds or drops. */
enum letter {
    HAMZA = 0x0621,
    ALEF_MADDA = 0x0622,
    ALEF_HAMZA_ABOVE = 0x0623,
    WAW_HAMZA = 0x0624,
    ALEF_HAMZA_BELOW = 0x0625,
    YEH_HAMZA = 0x0626,
    ALEF = 0x0627,
    BEH = 0x0628,
    TEH_MARBUTA = 0x0629,
    TEH = 0x062A,
    SEEN = 0x0633,
    FEH = 0x0641,
    KAF = 0x0643,
    LAM = 0x0644,
    MEEM = 0x0645,
    NOON = 0x0646,
    HEH = 0x0647,
    WAW = 0x0648,
    ALEF_MAQSURA = 0x0649,
    YEH = 0x064A,
    ALEF_WASLA = 0x0671,
};

/** The two-byte character at byte at, or 0 when it has another length. */
static uint32_t
letter_at(ark_str text, size_t at)
{
    if (at + 1 < text.len && (text.bytes[at] & 0xE0) == 0xC0) {
        return (uint32_t)(text.bytes[at] & 0x1F) << 6 | (text.bytes[at + 1] & 0x3FU);
    }
    return 0;
}

/** The bytes of the character whose first byte is lead. */
static size_t
size_by_lead(uint8_t lead)
{
    if (lead < 0xC0) {
        return 1;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static uint32_t
fold(uint32_t letter)
{
    switch (letter) {
    case ALEF_MADDA:
    case ALEF_HAMZA_ABOVE:
    case ALEF_HAMZA_BELOW:
    case ALEF_WASLA:
        return ALEF;
    case ALEF_MAQSURA:
        return YEH;
    case TEH_MARBUTA:
        return HEH;
    default:
        return letter;
    }
}

void
ark_level_form(ark_str cleaned, struct ark_buf *out)
{
    if (cleaned.len == 0) {
        return;
    }
    uint8_t *to = ark_buf_reserve(out, cleaned.len);
    size_t at = 0;
    while (at < cleaned.len) {
        uint32_t letter = letter_at(cleaned, at);
        if (letter != 0) {
            letter = fold(letter);
            to[at] = (uint8_t)(0xC0 | letter >> 6);
            to[at + 1] = (uint8_t)(0x80 | (letter & 0x3F));
            at += 2;
        } else {
            to[at] = cleaned.bytes[at];
            at++;
        }
    }
    out->len += cleaned.len;
}

bool
ark_level_form_begins(ark_str form, ark_str text)
{
    if (form.len < text.len) {
        return false; // folding keeps the length of each letter
    }
    for (size_t at = 0; at < text.len;) {
        uint32_t letter = letter_at(text, at);
        if (letter == 0 && form.bytes[at] != text.bytes[at]) {
            return false;
        }
        if (letter != 0 && letter_at(form, at) != fold(letter)) {
            return false;
        }
        at += letter != 0 ? 2 : 1;
    }
    return true;
}

void
ark_level_form_cut(ark_str cleaned, struct ark_buf *out)
{
    enum { HASH_BYTES = 17 };
    ark_buf_clear(out);
    ark_level_form(cleaned, out);
    if (out->len <= ARK_TERM_BYTES_MAX) {
        return;
    }
    uint64_t hash = ark_table_hash(ark_buf_view(out));
    size_t kept = ARK_TERM_BYTES_MAX - HASH_BYTES;
    while (kept > 0 && (out->bytes[kept] & 0xC0) == 0x80) {
        kept--;
    }
    out->len = kept;
    ark_buf_printf(out, "~%016llx", (unsigned long long)hash);
    ARK_ASSERT(out->len <= ARK_TERM_BYTES_MAX);
}

enum ark_script
ark_level_script(ark_str form)
{
    if (form.len == 0) {
        return ARK_SCRIPT_OTHER;
    }
    size_t size = 0;
    switch (ark_charclass_at(form.bytes, form.len, &size)) {
    case ARK_CHARCLASS_ARABIC:
        return ARK_SCRIPT_ARABIC;
    case ARK_CHARCLASS_LATIN:
        return ARK_SCRIPT_LATIN;
    case ARK_CHARCLASS_ASCII_DIGIT:
    case ARK_CHARCLASS_DIGIT:
        return ARK_SCRIPT_DIGITS;
    default:
        return ARK_SCRIPT_OTHER;
    }
}

/** A prefix or suffix; with its length, which would else be counted for each word. */
struct affix {
    uint8_t len;
    char bytes[9];
};

#define AFFIX(text)                                                                                \
    {                                                                                              \
        sizeof(text) - 1, text                                                                     \
    }

static ark_str
affix_text(const struct affix *affix)
{
    return ark_str_make(affix->bytes, affix->len);
}

/** The beginnings of a word as packed numbers: each is looked up with many endings taken off. */
struct beginnings {
    uint64_t packed[ARK_PARTICLE_LETTERS_MAX + 1]; /**< by letters */
    size_t count;                                  /**< the longest that can be packed */
};

static struct beginnings
pack_beginnings(ark_str word)
{
    struct beginnings beginnings;
    beginnings.packed[0] = 0;
    size_t count = 0;
    while (count < ARK_PARTICLE_LETTERS_MAX) {
        uint64_t letter = ark_particle_letter(letter_at(word, 2 * count));
        if (letter == 0) {
            break;
        }
        beginnings.packed[count + 1] = beginnings.packed[count] << 5 | letter;
        count++;
    }
    beginnings.count = count;
    return beginnings;
}

/** The slot of a packed word in data/whole_words.txt, or 0. */
static uint64_t
find_whole(uint64_t packed)
{
    return packed == 0 ? 0
                       : ark_packed_find(ark_table_whole_words, ark_table_whole_word_slots, packed);
}

/** True when the first len bytes of a word are one of data/whole_words.txt. */
static bool
begins_whole(const struct beginnings *beginnings, size_t len)
{
    return len % 2 == 0 && len / 2 <= beginnings->count &&
           find_whole(beginnings->packed[len / 2]) != 0;
}

/** The word of data/whole_words.txt that word is, with an ending of a noun or none; empty when there is none. */
static ark_str
whole_word(ark_str word, const struct beginnings *beginnings)
{
    static const struct affix endings[] = {
        // -a (of countries), -a, -i, -iya, -iyun, -iyin, -un, -in, -an, -at, -t (before a possessive)
        AFFIX("ا"),  AFFIX("ه"),  AFFIX("ي"),  AFFIX("يه"), AFFIX("يون"), AFFIX("يين"),
        AFFIX("ون"), AFFIX("ين"), AFFIX("ان"), AFFIX("ات"), AFFIX("ت"),
    };
    if (begins_whole(beginnings, word.len)) {
        return word;
    }
    for (size_t i = 0; i < ARK_COUNT_OF(endings); i++) {
        if (ark_str_ends_with(word, affix_text(&endings[i])) &&
            begins_whole(beginnings, word.len - endings[i].len)) {
            return ark_str_slice(word, 0, word.len - endings[i].len);
        }
    }
    return ark_str_slice(word, 0, 0);
}

bool
ark_level_is_whole(ark_str light)
{
    return find_whole(ark_particle_pack(light)) != 0;
}

/** True when enough is left of a word: three letters, or a noun of two. */
static bool
may_be_left(ark_str rest, bool noun)
{
    if (ark_utf8_count(rest) >= LETTERS_LEFT_MIN) {
        return true;
    }
    uint64_t packed = noun ? ark_particle_pack(rest) : 0;
    return packed != 0 &&
           ark_packed_find(ark_table_short_words, ark_table_short_word_slots, packed) != 0;
}

static ark_str strip_suffix(ark_str word, bool bare);

/**
 * True for a word that has nothing in front, for it is one of data/whole_words.txt with an ending
 * or none: "dress" is no "and tan", "father" no "and the d", nor is "her mother". But the one with
 * waw and -in is left alone, for that is "and the religion" more often than "parents".
 */
static bool
has_nothing_in_front(ark_str word)
{
    bool waw = letter_at(word, 0) == WAW;
    if (waw && ark_str_ends_with(word, ARK_STR("\u064A\u0646"))) {
        return false;
    }
    struct beginnings beginnings = pack_beginnings(word);
    return whole_word(word, &beginnings).len > 0 ||
           (waw && whole_word(strip_suffix(word, true), &beginnings).len > 0);
}

/** Prefixes of article kind, longest first. */
static ark_str
strip_prefix(ark_str word)
{
    static const struct affix prefixes[] = {
        // wa-bi-al
        AFFIX("وبال"),
        // fa-bi-al
        AFFIX("فبال"),
        // wa-ka-al
        AFFIX("وكال"),
        // wa-li-l
        AFFIX("ولل"),
        // fa-li-l
        AFFIX("فلل"),
        // wa-al
        AFFIX("وال"),
        // fa-al
        AFFIX("فال"),
        // bi-al
        AFFIX("بال"),
        // ka-al
        AFFIX("كال"),
        // li-l
        AFFIX("لل"),
        // al
        AFFIX("ال"),
        // wa
        AFFIX("و"),
    };
    for (size_t i = 0; i < ARK_COUNT_OF(prefixes); i++) {
        ark_str prefix = affix_text(&prefixes[i]);
        if (ark_str_starts_with(word, prefix)) {
            ark_str rest = ark_str_slice(word, prefix.len, word.len);
            bool article = prefix.len > 2; // more than waw
            if (ark_particle_is_noun(word) || (!article && ark_particle_is_own_waw(word))) {
                return word;
            }
            if (may_be_left(rest, article)) {
                return rest;
            }
        }
    }
    return word;
}

/**
 * The word without its longest suffix; the same when it has none to spare. Of a
 * bare one, from which nothing was taken in front, a noun of two letters may be
 * left: but "their homeland", whose first letter is taken for "and", is no ton.
 */
static ark_str
strip_suffix(ark_str word, bool bare)
{
    enum { HUMA = 0, HA = 4, NA = 8 };
    static const struct affix suffixes[] = {
        // -huma
        AFFIX("هما"),
        // -kuma
        AFFIX("كما"),
        // -tayn
        AFFIX("تين"),
        // -tan
        AFFIX("تان"),
        // -ha
        AFFIX("ها"),
        // -hum
        AFFIX("هم"),
        // -hunna
        AFFIX("هن"),
        // -kum
        AFFIX("كم"),
        // -na
        AFFIX("نا"),
        // -an
        AFFIX("ان"),
        // -at
        AFFIX("ات"),
        // -un
        AFFIX("ون"),
        // -in
        AFFIX("ين"),
        // -u (plural verb)
        AFFIX("وا"),
        // -iya
        AFFIX("يه"),
        // -a, -hu
        AFFIX("ه"),
        // -i
        AFFIX("ي"),
    };
    for (size_t i = 0; i < ARK_COUNT_OF(suffixes); i++) {
        ark_str suffix = affix_text(&suffixes[i]);
        if (ark_str_ends_with(word, suffix)) {
            ark_str rest = ark_str_slice(word, 0, word.len - suffix.len);
            // -huma, and -ha to -na: a noun of two letters can have them.
            if (may_be_left(rest, bare && (i == HUMA || (i >= HA && i <= NA)))) {
                return rest;
            }
        }
    }
    return word;
}

/** The form without particles and article. */
static ark_str
strip_front(ark_str form)
{
    ark_str word = ark_particle_strip(form);
    ark_str rest = strip_prefix(word);
    if (rest.len == form.len || has_nothing_in_front(form)) {
        return form;
    }
    bool rest_is_whole = rest.len < word.len && word.len < form.len && has_nothing_in_front(word);
    return rest_is_whole ? word : rest;
}

ark_str
ark_level_light(ark_str form)
{
    ark_str word = strip_front(form);
    struct beginnings beginnings = pack_beginnings(word);
    for (size_t i = 0; i < SUFFIXES_MAX; i++) {
        ark_str whole = whole_word(word, &beginnings);
        if (whole.len > 0) {
            return whole;
        }
        ark_str shorter = strip_suffix(word, word.bytes == form.bytes);
        if (shorter.len == word.len) {
            break;
        }
        word = shorter;
    }
    return word;
}

static bool
is_weak(uint32_t letter)
{
    return letter == ALEF || letter == WAW || letter == YEH || letter == HAMZA ||
           letter == WAW_HAMZA || letter == YEH_HAMZA;
}

/**
 * True when a light form begins with a waw that beyond doubt is its own. One of
 * three letters loses it anyway: so does its verb in the present tense.
 */
static bool
is_root_waw(ark_str light)
{
    uint8_t bytes[2 * (ARK_PARTICLE_LETTERS_MAX + 1)];
    if (letter_at(light, 0) != WAW || ark_utf8_count(light) < FAMILY_LETTERS_MIN ||
        light.len + 2 > sizeof bytes) {
        return false;
    }
    // The counts know the word with its teh marbuta, which is folded to heh.
    memcpy(bytes, light.bytes, light.len);
    bytes[light.len] = (uint8_t)(0xC0 | HEH >> 6);
    bytes[light.len + 1] = (uint8_t)(0x80 | (HEH & 0x3F));
    return ark_particle_is_own_waw(light) ||
           ark_particle_is_own_waw(ark_str_make(bytes, light.len + 2));
}

/**
 * Writes word without weak letters, but for a first waw that is the root's, and
 * final heh to out (room for word.len bytes); returns its length.
 */
static size_t
write_skeleton(ark_str word, uint8_t *out)
{
    size_t len = 0;
    size_t at = 0;
    if (is_root_waw(word)) {
        memcpy(out, word.bytes, 2);
        len = at = 2;
    }
    while (at < word.len) {
        uint32_t letter = letter_at(word, at);
        size_t size = size_by_lead(word.bytes[at]);
        ARK_ASSERT(size <= word.len - at);
        bool final_heh = letter == HEH && at + size == word.len;
        if (!is_weak(letter) && !final_heh) {
            memcpy(out + len, word.bytes + at, size);
            len += size;
        }
        at += size;
    }
    return len;
}

/** What is left of a key, and how many letters that is. */
struct key {
    ark_str text;
    size_t letters;
};

/** A set of letters from hamza to yeh. */
#define LETTER_SET(letter) (UINT64_C(1) << ((letter)-HAMZA))

/** Takes off a first letter that is in a set when 4 letters or more stand. */
static void
drop_leading(struct key *key, uint64_t set)
{
    uint32_t first = letter_at(key->text, 0);
    if (key->letters >= FAMILY_LETTERS_MIN && first >= HAMZA && first <= YEH &&
        (set & LETTER_SET(first)) != 0) {
        key->text = ark_str_slice(key->text, 2, key->text.len);
        key->letters--;
    }
}

/** Takes off a last tail of two-byte letters when enough letters stand. */
static void
drop_last(struct key *key, ark_str tail, size_t letters_min)
{
    if (key->letters >= letters_min && ark_str_ends_with(key->text, tail)) {
        key->text.len -= tail.len;
        key->letters -= tail.len / 2;
    }
}

/**
 * The family-key steps: clitics, derivational letters and endings that survive
 * in a skeleton. Meem stands before seen, teh and noon ("user" beside "use"), or behind
 * them.
 */
static ark_str
shorten_key(ark_str text)
{
    struct key key = {text, ark_utf8_count(text)};
    drop_leading(&key, LETTER_SET(FEH));
    drop_leading(&key, LETTER_SET(BEH) | LETTER_SET(KAF) | LETTER_SET(LAM));
    drop_leading(&key, LETTER_SET(MEEM));
    drop_leading(&key, LETTER_SET(SEEN));
    drop_leading(&key, LETTER_SET(TEH) | LETTER_SET(NOON));
    drop_leading(&key, LETTER_SET(MEEM));
    // -ka; -tum, -tunna; -t
    drop_last(&key, ARK_STR("\u0643"), FAMILY_LETTERS_MIN);
    drop_last(&key, ARK_STR("\u062A\u0645"), FAMILY_LETTERS_MIN + 1);
    drop_last(&key, ARK_STR("\u062A\u0646"), FAMILY_LETTERS_MIN + 1);
    drop_last(&key, ARK_STR("\u062A"), FAMILY_LETTERS_MIN);
    return key.text;
}

/** A light form without an ending -an that is no part of its root: "horsemen" are of "horse". */
static ark_str
without_plural(ark_str light)
{
    const ark_str ending = ARK_STR("\u0627\u0646");
    if (!ark_str_ends_with(light, ending) ||
        (find_whole(ark_particle_pack(light)) & ARK_WHOLE_PLURAL) == 0) {
        return light;
    }
    return ark_str_slice(light, 0, light.len - ending.len);
}

void
ark_level_family(ark_str light, struct ark_buf *out)
{
    if (light.len == 0) {
        return;
    }
    light = without_plural(light);
    uint8_t *to = ark_buf_reserve(out, light.len);
    size_t len = write_skeleton(light, to);
    ark_str skeleton = ark_str_make(to, len);
    bool too_short = ark_utf8_count(skeleton) < SKELETON_LETTERS_MIN;
    ark_str key = shorten_key(too_short ? light : skeleton);
    memmove(to, key.bytes, key.len); // the key lies inside to or inside light
    out->len += key.len;
}
