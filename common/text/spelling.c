#include "common/text/spelling.h"

#include "common/text/levels.h"
#include "common/text/tables.h"

/** Letters are two bytes each in the Arabic block, folded or not. */
enum { LETTER_BYTES = 2 };

/** Room that folding may ask for beyond the letters it writes. */
enum { FOLDING_ROOM = 16 };

/** Bare alef. */
static const uint8_t ALEF[LETTER_BYTES] = {0xD8, 0xA7};

/** What may stand before a word of the table: particles and article, joined. */
static const char *const BEFORE[] = {
    "",
    // w, f, b, k, l
    "و",
    "ف",
    "ب",
    "ك",
    "ل",
    // ll, al, w-l, w-b, f-l, f-b
    "لل",
    "ال",
    "ول",
    "وب",
    "فل",
    "فب",
    // w-al, f-al, b-al, k-al, w-ll, f-ll
    "وال",
    "فال",
    "بال",
    "كال",
    "ولل",
    "فلل",
    // w-b-al, f-b-al, w-k-al
    "وبال",
    "فبال",
    "وكال",
};

static ark_str
entry_text(const struct ark_spelling_entry *entry)
{
    return ark_str_make(entry->text, entry->text_len);
}

/**
 * True when the first letter tells that the folded word is not the entry: most are not. Folding
 * makes no first letter but alef.
 */
static inline bool
begins_otherwise(ark_str word, const struct ark_spelling_entry *entry)
{
    return word.len >= LETTER_BYTES &&
           (word.bytes[0] != entry->text[0] || word.bytes[1] != entry->text[1]) &&
           memcmp(word.bytes, ALEF, LETTER_BYTES) != 0;
}

/** True when the folded word is the entry, or begins with it when the entry takes endings. */
static bool
is_entry(ark_str word, const struct ark_spelling_entry *entry)
{
    if (begins_otherwise(word, entry) || word.len < entry->text_len ||
        (!entry->takes_endings && word.len > entry->text_len)) {
        return false;
    }
    return ark_level_form_begins(word, entry_text(entry));
}

/** The entry behind whatever may stand before it; *before_len is that in bytes. NULL when there is none. */
static const struct ark_spelling_entry *
find_entry(ark_str form, size_t *before_len)
{
    for (size_t i = 0; i < ARK_COUNT_OF(BEFORE); i++) {
        if (i > 0 && memcmp(form.bytes, BEFORE[i], LETTER_BYTES) != 0) {
            continue; // most begin otherwise
        }
        ark_str before = ark_str_from(BEFORE[i]);
        if (!ark_str_starts_with(form, before)) {
            continue;
        }
        ark_str word = ark_str_slice(form, before.len, form.len);
        for (uint32_t k = 0; k < ark_table_spelling_count; k++) {
            if (is_entry(word, &ark_table_spellings[k])) {
                *before_len = before.len;
                return &ark_table_spellings[k];
            }
        }
    }
    return NULL;
}

/** The token with its entry replaced by each other one of the class. */
static size_t
replace_entry(ark_str cleaned, const struct ark_spelling_entry *entry, size_t before_len,
              struct ark_arena *arena, ark_str out[ARK_SPELLINGS_MAX])
{
    ark_str before = ark_str_slice(cleaned, 0, before_len);
    ark_str after = ark_str_slice(cleaned, before_len + entry->text_len, cleaned.len);
    size_t count = 0;
    for (uint32_t i = 0; i < ark_table_spelling_count && count < ARK_SPELLINGS_MAX; i++) {
        const struct ark_spelling_entry *other = &ark_table_spellings[i];
        if (other == entry || other->class_number != entry->class_number) {
            continue;
        }
        size_t len = before.len + other->text_len + after.len;
        uint8_t *bytes = ark_arena_alloc(arena, len);
        memcpy(bytes, before.bytes, before.len);
        memcpy(bytes + before.len, other->text, other->text_len);
        memcpy(bytes + before.len + other->text_len, after.bytes, after.len);
        out[count++] = ark_str_make(bytes, len);
    }
    return count;
}

/** The second bytes of waw with hamza, yeh with hamza, hamza alone (U+0624, U+0626, U+0621). */
static const uint8_t SEATS[] = {0xA4, 0xA6, 0xA1};
enum { SEATS_LEAD = 0xD8, SEATS_BESIDE_MAX = 2 };

static bool
is_seat(const uint8_t *letter)
{
    return letter[0] == SEATS_LEAD && memchr(SEATS, letter[1], sizeof SEATS) != NULL;
}

/** The token with its first two hamzas on every seat; alef's are folded at the form level anyway. */
static size_t
replace_seats(ark_str cleaned, struct ark_arena *arena, ark_str out[ARK_SPELLINGS_MAX])
{
    size_t places[SEATS_BESIDE_MAX];
    size_t place_count = 0;
    for (size_t at = 0; at + 1 < cleaned.len && place_count < SEATS_BESIDE_MAX; at++) {
        if (is_seat(cleaned.bytes + at)) {
            places[place_count++] = at + 1;
        }
    }
    size_t combinations = place_count == 0 ? 0 : place_count == 1 ? 3 : 9;
    size_t count = 0;
    for (size_t i = 0; i < combinations; i++) {
        uint8_t *bytes = ark_arena_alloc(arena, cleaned.len);
        memcpy(bytes, cleaned.bytes, cleaned.len);
        for (size_t k = 0, choice = i; k < place_count; k++, choice /= sizeof SEATS) {
            bytes[places[k]] = SEATS[choice % sizeof SEATS];
        }
        if (memcmp(bytes, cleaned.bytes, cleaned.len) != 0) {
            out[count++] = ark_str_make(bytes, cleaned.len);
        }
    }
    return count;
}

size_t
ark_spellings(ark_str cleaned, struct ark_arena *arena, ark_str out[ARK_SPELLINGS_MAX])
{
    if (cleaned.len > ARK_LEVELS_BYTES_MAX || cleaned.len < LETTER_BYTES) {
        return 0;
    }
    uint8_t bytes[ARK_LEVELS_BYTES_MAX + FOLDING_ROOM];
    struct ark_buf form = {.bytes = bytes, .capacity = sizeof bytes, .bytes_max = sizeof bytes};
    ark_level_form(cleaned, &form);
    size_t before_len = 0;
    const struct ark_spelling_entry *entry = find_entry(ark_buf_view(&form), &before_len);
    // Folding keeps every letter's place, so the entry stands at the same bytes of the token.
    return entry != NULL && form.len == cleaned.len
               ? replace_entry(cleaned, entry, before_len, arena, out)
               : replace_seats(cleaned, arena, out);
}
