#include "tests/support/random_items.h"

/** Words whose forms meet at every level; one to a line, because editors reorder Arabic. */
static const char *const STEMS[] = {
    "سوري", // Syri
    "كتاب", // book
    "كتب",  // books
    "مكتب", // office
    "هدن",  // truc
    "وزير", // minister
    "حلب",  // Aleppo
    "مدرس", // school
    "على",  // on, a stop word
    "في",   // in, a stop word
    "علي",  // Ali
    "bank", "banks", "banking", "2016", "7", "covid19", "the",
};
static const char *const PREFIXES[] = {
    "",   "", "",
    "ال", // the
    "و",  // and
    "ب",  // with
    "لل", // for the
};
static const char *const SUFFIXES[] = {
    "",   "", "",
    "ة",  // feminine
    "ات", // plural
    "ها", // her
};

#define PICK(random, array) ((array)[test_random_below((random), ARK_COUNT_OF(array))])

void
random_word_append(struct test_random *random, struct ark_buf *out)
{
    // Squared, so that some words are much more frequent than others.
    uint32_t roll = test_random_below(random, (uint32_t)ARK_COUNT_OF(STEMS));
    const char *stem = STEMS[test_random_below(random, roll + 1)];
    bool arabic = (uint8_t)stem[0] >= 0x80;
    ark_buf_append_str(out, ark_str_from(arabic ? PICK(random, PREFIXES) : ""));
    ark_buf_append_str(out, ark_str_from(stem));
    ark_buf_append_str(out, ark_str_from(arabic ? PICK(random, SUFFIXES) : ""));
}

static void add_operand(struct test_random *random, uint32_t depth, struct ark_buf *out);

void
random_items_append(struct test_random *random, uint32_t depth, struct ark_buf *out)
{
    static const char *const BETWEEN[] = {" ", " ", " ", " AND ", " OR ", " NOT ", " AND NOT "};
    uint32_t count = 1 + test_random_below(random, depth > 0 ? 3 : 4);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            ark_buf_append_str(out, ark_str_from(PICK(random, BETWEEN)));
        }
        add_operand(random, depth, out);
    }
}

static void
add_operand(struct test_random *random, uint32_t depth, struct ark_buf *out)
{
    static const char *const SIGNS[] = {"", "", "", "", "+", "-"};
    ark_buf_append_str(out, ark_str_from(PICK(random, SIGNS)));
    uint32_t roll = test_random_below(random, 10);
    if (roll == 0 && depth < 3) {
        ark_buf_push(out, '(');
        random_items_append(random, depth + 1, out);
        ark_buf_push(out, ')');
        return;
    }
    if (roll <= 2) {
        ark_buf_push(out, '=');
    }
    if (roll == 2 || roll == 3) {
        ark_buf_push(out, '"');
        for (uint32_t i = test_random_below(random, 3); i < 3; i++) {
            random_word_append(random, out);
            ark_buf_push(out, ' ');
        }
        ark_buf_push(out, '"');
        return;
    }
    random_word_append(random, out);
}
