#include "tests/support/random_query.h"

#include "common/text/utf8.h"

/** Words whose forms meet at every level; one to a line, because editors reorder Arabic. */
static const char *const STEMS[] = {
    "سوري",        // Syri
    "كتاب",        // book
    "كتب",         // books
    "مكتب",        // office
    "هدن",         // truc
    "هدّن",         // truc, doubled
    "وزير",        // minister
    "حلب",         // Aleppo
    "مدرس",        // school
    "مُدرس",        // school, with a vowel mark
    "على",         // on, a stop word
    "في",          // in, a stop word
    "أمل",         // hope
    "امل",         // hope without its hamza
    "كتـاب",       // book with a tatweel
    "ديسمبر",      // December
    "كانون الأول", // December, in two words
    "شباط",        // February
    "فبراير",      // February
    "bank",        "Bank", "banks", "banking", "2016", "2017", "7", "covid19", "the",
};
static const char *const PREFIXES[] = {
    "",   "", "", "",
    "ال", // the
    "و",  // and
    "ب",  // with
    "لل", // for the
};
static const char *const SUFFIXES[] = {
    "",   "", "", "",
    "ة",  // feminine
    "ات", // plural
    "ه",  // his
};

const char *const random_sources[4] = {"", "agency", "north agency", "radio"};
const char *const random_folders[4] = {"news", "old", "news/2016", "notes"};
const uint32_t random_dates[8] = {0,        20150000, 20161100, 20161102,
                                  20161231, 20170101, 20170615, 20180228};

#define PICK(random, array) ((array)[test_random_below((random), ARK_COUNT_OF(array))])

static void
add(struct ark_buf *out, const char *text)
{
    ark_buf_append_str(out, ark_str_from(text));
}

static void
add_word(struct test_random *random, struct ark_buf *out)
{
    // Squared, so that some words are much more frequent than others.
    uint32_t roll = test_random_below(random, (uint32_t)ARK_COUNT_OF(STEMS));
    const char *stem = STEMS[test_random_below(random, roll + 1)];
    bool arabic = (uint8_t)stem[0] >= 0x80;
    add(out, arabic ? PICK(random, PREFIXES) : "");
    add(out, stem);
    add(out, arabic ? PICK(random, SUFFIXES) : "");
}

void
random_words_append(struct test_random *random, uint32_t count, struct ark_buf *out)
{
    static const char *const BETWEEN[] = {" ", " ", " ", " ", ", ", ".\n", " - "};
    for (uint32_t i = 0; i < count; i++) {
        add_word(random, out);
        add(out, PICK(random, BETWEEN));
    }
}

/** The length of the character at offset. */
static size_t
character_at(ark_str text, size_t at)
{
    uint32_t codepoint = 0;
    return ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
}

/** A word with a star or question marks in place of some of its characters. */
static void
add_pattern(struct test_random *random, struct ark_buf *out)
{
    struct ark_buf word = ark_buf_make(1024);
    add_word(random, &word);
    ark_str text = ark_buf_view(&word);
    bool star = false;
    for (size_t at = 0; at < text.len;) {
        size_t length = character_at(text, at);
        bool last = at + length == text.len;
        if (test_random_one_in(random, 4) && !last) {
            ark_buf_push(out, '?');
        } else if (test_random_one_in(random, 5) && !star) {
            ark_buf_push(out, '*');
            star = true;
        } else {
            ark_buf_append_str(out, ark_str_slice(text, at, at + length));
        }
        at += length;
    }
    add(out, star || test_random_one_in(random, 2) ? "" : "*");
    ark_buf_dispose(&word);
}

/** A word in which a character was doubled, left out, or changed about with its neighbour. */
static void
add_misspelt(struct test_random *random, struct ark_buf *out)
{
    struct ark_buf word = ark_buf_make(1024);
    add_word(random, &word);
    ark_str text = ark_buf_view(&word);
    uint32_t damage = test_random_below(random, 8);
    uint32_t number = 0;
    for (size_t at = 0; at < text.len; number++) {
        size_t length = character_at(text, at);
        ark_str here = ark_str_slice(text, at, at + length);
        at += length;
        if (number != damage) {
            ark_buf_append_str(out, here);
        } else if (test_random_one_in(random, 3)) {
            ark_buf_append_str(out, here);
            ark_buf_append_str(out, here);
        } else if (at < text.len && test_random_one_in(random, 2)) {
            size_t next = character_at(text, at);
            ark_buf_append_str(out, ark_str_slice(text, at, at + next));
            ark_buf_append_str(out, here);
            at += next;
        }
    }
    add(out, PICK(random, ((const char *const[]){"~", "~1", "~2"})));
    ark_buf_dispose(&word);
}

static void
add_phrase(struct test_random *random, struct ark_buf *out)
{
    add(out, "\"");
    for (uint32_t i = 1 + test_random_below(random, 3); i-- > 0;) {
        add_word(random, out);
        ark_buf_push(out, ' ');
    }
    add(out, "\"");
    if (test_random_one_in(random, 2)) {
        ark_buf_printf(out, "~%u", (unsigned)test_random_below(random, 5));
    }
}

/** A word of any kind. */
static void
add_single(struct test_random *random, struct ark_buf *out)
{
    switch (test_random_below(random, 8)) {
    case 0:
        add_pattern(random, out);
        break;
    case 1:
        add_misspelt(random, out);
        break;
    case 2:
        add(out, "=");
        add_word(random, out);
        break;
    case 3:
        add(out, "==");
        add_word(random, out);
        break;
    default:
        add_word(random, out);
        break;
    }
}

static void
add_near_operand(struct test_random *random, struct ark_buf *out)
{
    switch (test_random_below(random, 6)) {
    case 0:
        add_phrase(random, out);
        break;
    case 1:
        add(out, "(");
        add_single(random, out);
        add(out, " OR ");
        add_phrase(random, out);
        add(out, ")");
        break;
    default:
        add_single(random, out);
        break;
    }
}

/** Two or three operands with the same operator; now and then with different ones. */
static void
add_near(struct test_random *random, struct ark_buf *out)
{
    const char *name = test_random_one_in(random, 2) ? "NEAR" : "ONEAR";
    uint32_t distance = 1 + test_random_below(random, 12);
    add_near_operand(random, out);
    for (uint32_t i = 1 + test_random_below(random, 2); i-- > 0;) {
        ark_buf_printf(out, " %s/%u ", name, (unsigned)distance);
        distance += test_random_one_in(random, 8) ? 1 : 0;
        add_near_operand(random, out);
    }
}

static void
add_date(struct test_random *random, struct ark_buf *out)
{
    uint32_t date = random_dates[1 + test_random_below(random, 7)];
    unsigned year = date / 10000;
    unsigned month = date / 100 % 100;
    unsigned day = date % 100;
    if (day > 0 && test_random_one_in(random, 2)) {
        ark_buf_printf(out, "%04u-%02u-%02u", year, month, day);
    } else if (month > 0 && test_random_one_in(random, 2)) {
        ark_buf_printf(out, "%04u-%02u", year, month);
    } else {
        ark_buf_printf(out, "%04u", year);
    }
}

static void
add_filter(struct test_random *random, struct ark_buf *out)
{
    switch (test_random_below(random, 6)) {
    case 0:
        ark_buf_printf(out, "path:%s%s", PICK(random, random_folders),
                       test_random_one_in(random, 2) ? "/*5.txt" : "");
        break;
    case 1:
        ark_buf_printf(out, "source:%s", test_random_one_in(random, 2) ? "agency" : "ra*");
        break;
    case 2:
        ark_buf_printf(out, "id:%s%u", test_random_one_in(random, 2) ? "r" : "*",
                       (unsigned)test_random_below(random, 10));
        break;
    default:
        add(out, "date:");
        if (test_random_one_in(random, 2)) {
            add_date(random, out);
        } else {
            add(out, test_random_one_in(random, 2) ? "2016" : "");
            add(out, "..");
            add_date(random, out);
        }
        break;
    }
}

static void add_items(struct test_random *random, uint32_t depth, struct ark_buf *out);

static void
add_operand(struct test_random *random, uint32_t depth, struct ark_buf *out)
{
    static const char *const SIGNS[] = {"", "", "", "", "+", "-"};
    static const char *const FIELDS[] = {"", "", "", "", "title:", "body:"};
    add(out, PICK(random, SIGNS));
    uint32_t roll = test_random_below(random, 16);
    if (roll == 0) {
        add_filter(random, out);
        return;
    }
    if (roll == 1) {
        add_near(random, out);
        return;
    }
    add(out, PICK(random, FIELDS));
    if (roll <= 3 && depth < 3) {
        add(out, "(");
        add_items(random, depth + 1, out);
        add(out, ")");
    } else if (roll <= 5) {
        add_phrase(random, out);
    } else {
        add_single(random, out);
    }
    if (test_random_one_in(random, 10)) {
        ark_buf_printf(out, "^%u", (unsigned)test_random_below(random, 4));
    }
}

static void
add_items(struct test_random *random, uint32_t depth, struct ark_buf *out)
{
    static const char *const BETWEEN[] = {" ",     " ",         " ",        " AND ", " OR ",
                                          " NOT ", " AND NOT ", " NEAR/3 ", " | "};
    uint32_t count = 1 + test_random_below(random, depth > 0 ? 2 : 4);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            add(out, PICK(random, BETWEEN));
        }
        add_operand(random, depth, out);
    }
}

void
random_query_append(struct test_random *random, struct ark_buf *out)
{
    add_items(random, 0, out);
}
