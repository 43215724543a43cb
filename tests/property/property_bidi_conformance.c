/**
 * @file property_bidi_conformance.c
 * Unicode's own tests of the bidirectional algorithm, BidiTest.txt and
 * BidiCharacterTest.txt, run whole: once through the levels and the order that
 * every line goes by (ark_bidi_resolve), and, where the gate lets the characters
 * through unchanged, through the gate and ark_bidi_visual as a line on its way
 * to the screen.
 *
 * The files are Debian's package unicode-data; ARK_UNICODE_DATA names another
 * folder. Without them the test is skipped (77) and says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/terminal/bidi.h"
#include "common/text/utf8.h"

enum {
    SKIPPED = 77,
    CHARACTERS_MAX = 256,
    LINE_BYTES_MAX = 16384,
    FAILURES_SHOWN = 20,
    NOT_COMPARED = -1, // a level of "x": rule X9 removes the character
};

#define ARK_UNICODE_DEFAULT "/usr/share/unicode"

/** What a file expects of a text. */
struct expected {
    uint32_t text[CHARACTERS_MAX];
    size_t count;
    int levels[CHARACTERS_MAX];
    size_t level_count;
    size_t order[CHARACTERS_MAX];
    size_t order_count;
    enum ark_direction base; // asked for; NONE = by the first letter
    int base_level;          // told, or NOT_COMPARED
};

static struct ark_arena arena;
static const char *file_name;
static unsigned long line_number;
static unsigned long failures;
static unsigned long resolved;
static unsigned long displayed;

static void
fail(const char *what)
{
    if (failures++ < FAILURES_SHOWN) {
        printf("%s:%lu: %s\n", file_name, line_number, what);
    }
}

static void
check_resolved(const struct expected *expected)
{
    enum ark_direction base = expected->base;
    int8_t levels[CHARACTERS_MAX] = {0};
    size_t order[CHARACTERS_MAX] = {0};
    size_t place = 0;
    resolved++;
    ark_bidi_resolve(expected->text, expected->count, &base, levels, order, &arena);
    if (expected->base_level != NOT_COMPARED &&
        (base == ARK_DIRECTION_RTL) != (expected->base_level == 1)) {
        fail("direction of the paragraph");
    }
    for (size_t i = 0; i < expected->count; i++) {
        if (expected->levels[i] != NOT_COMPARED && levels[i] != expected->levels[i]) {
            fail("levels");
            return;
        }
    }
    for (size_t i = 0; i < expected->count; i++) {
        if (expected->levels[order[i]] == NOT_COMPARED) {
            continue;
        }
        if (place >= expected->order_count || order[i] != expected->order[place++]) {
            fail("order");
            return;
        }
    }
}

static size_t
encode(const uint32_t *text, size_t count, uint8_t *bytes)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += ark_utf8_encode(text[i], bytes + len);
    }
    return len;
}

/** Arabic letters are written in shapes, so their order is checked with letters that have none. */
static bool
is_shaped(uint32_t c)
{
    return (c >= 0x0620 && c <= 0x06D5 && ark_text_width(c) > 0 && c != 0x066A && c != 0x066B &&
            c != 0x066C && !(c >= 0x0660 && c <= 0x0669)) ||
           (c >= 0x0700 && c <= 0x08FF);
}

/** Whether the line writer can show this text as it is: no controls, no marks, nothing shaped. */
static bool
is_shown_unchanged(const struct expected *expected, ark_str text)
{
    for (size_t i = 0; i < expected->count; i++) {
        uint32_t c = expected->text[i];
        if (is_shaped(c) || ark_text_width(c) == 0 || expected->levels[i] == NOT_COMPARED) {
            return false;
        }
    }
    ark_str clean = ark_line_clean_text(text, &arena);
    return ark_str_equal(clean, text);
}

/** The line as it is seen: characters in order, those of odd levels mirrored. */
static void
check_displayed(const struct expected *expected)
{
    uint8_t bytes[CHARACTERS_MAX * ARK_UTF8_BYTES_MAX];
    uint8_t wanted[CHARACTERS_MAX * ARK_UTF8_BYTES_MAX];
    struct ark_line line = {
        .text = ark_str_make(bytes, encode(expected->text, expected->count, bytes))};
    enum ark_direction base = expected->base;
    if (base == ARK_DIRECTION_NONE || !is_shown_unchanged(expected, line.text)) {
        return;
    }
    displayed++;
    struct ark_line seen = ark_bidi_visual(&line, base, &arena, NULL);
    // Mirroring is checked by writing each character alone, at its level.
    size_t len = 0;
    for (size_t i = 0; i < expected->order_count; i++) {
        size_t from = expected->order[i];
        struct ark_line alone = {.text = {wanted + len, 0}};
        alone.text.len = ark_utf8_encode(expected->text[from], wanted + len);
        if (expected->levels[from] % 2 == 1) {
            struct ark_line mirrored = ark_bidi_visual(&alone, ARK_DIRECTION_RTL, &arena, NULL);
            bool letter = ark_text_base_direction(alone.text) != ARK_DIRECTION_NONE;
            if (!letter) {
                memcpy(wanted + len, mirrored.text.bytes, mirrored.text.len);
                alone.text.len = mirrored.text.len;
            }
        }
        len += alone.text.len;
    }
    if (!ark_str_equal(seen.text, ark_str_make(wanted, len))) {
        fail("the line as seen");
    }
}

static void
check(const struct expected *expected)
{
    check_resolved(expected);
    check_displayed(expected);
    ark_arena_reset(&arena);
}

/** Numbers between blanks up to a ';', a newline or the end; "x" is NOT_COMPARED. */
static size_t
read_numbers(const char **at, int base, int *out)
{
    size_t count = 0;
    while (**at != '\0' && **at != ';' && **at != '\n') {
        if (**at == ' ' || **at == '\t') {
            (*at)++;
        } else if (**at == 'x') {
            out[count++] = NOT_COMPARED;
            (*at)++;
        } else {
            char *end = NULL;
            out[count++] = (int)strtol(*at, &end, base);
            *at = end;
        }
    }
    *at += **at == ';' ? 1 : 0;
    return count;
}

static void
read_levels(const char *at, struct expected *expected)
{
    expected->level_count = read_numbers(&at, 10, expected->levels);
}

static void
read_order(const char *at, struct expected *expected)
{
    int numbers[CHARACTERS_MAX];
    expected->order_count = read_numbers(&at, 10, numbers);
    for (size_t i = 0; i < expected->order_count; i++) {
        expected->order[i] = (size_t)numbers[i];
    }
}

static void
check_character_line(const char *line)
{
    struct expected expected = {.base_level = NOT_COMPARED};
    int numbers[CHARACTERS_MAX];
    int direction = 0;
    expected.count = read_numbers(&line, 16, numbers);
    for (size_t i = 0; i < expected.count; i++) {
        expected.text[i] = (uint32_t)numbers[i];
    }
    (void)read_numbers(&line, 10, &direction);
    expected.base = direction == 0   ? ARK_DIRECTION_LTR
                    : direction == 1 ? ARK_DIRECTION_RTL
                                     : ARK_DIRECTION_NONE;
    (void)read_numbers(&line, 10, &expected.base_level);
    expected.level_count = read_numbers(&line, 10, expected.levels);
    read_order(line, &expected);
    check(&expected);
}

/** A character of the class that a word of BidiTest.txt names; 0 for none. */
static uint32_t
character_of(const char *name, size_t len)
{
    static const struct {
        const char *name;
        uint32_t character;
    } table[] = {
        {"L", 'a'},      {"R", 0x05D0},   {"EN", '0'},     {"ES", '+'},     {"ET", '#'},
        {"AN", 0x0660},  {"CS", ','},     {"B", 0x2029},   {"S", '\t'},     {"WS", ' '},
        {"ON", '!'},     {"NSM", 0x0300}, {"AL", 0x0627},  {"LRE", 0x202A}, {"LRO", 0x202D},
        {"RLE", 0x202B}, {"RLO", 0x202E}, {"PDF", 0x202C}, {"LRI", 0x2066}, {"RLI", 0x2067},
        {"FSI", 0x2068}, {"PDI", 0x2069}, {"BN", 0x00AD},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0) {
            return table[i].character;
        }
    }
    return 0;
}

/** "L R ON; 7": classes, and a set of directions, 1 by the first letter, 2 left, 4 right. */
static void
check_class_line(const char *line, struct expected *expected)
{
    static const enum ark_direction bases[] = {ARK_DIRECTION_NONE, ARK_DIRECTION_LTR,
                                               ARK_DIRECTION_RTL};
    expected->count = 0;
    while (*line != ';' && *line != '\0') {
        size_t len = strcspn(line, " ;\n");
        if (len > 0) {
            uint32_t character = character_of(line, len);
            expected->text[expected->count++] = character;
            if (character == 0) {
                fail("unknown class");
            }
        }
        line += len + (line[len] == ' ' ? 1 : 0);
    }
    unsigned long set = strtoul(line + 1, NULL, 16);
    for (size_t i = 0; i < 3; i++) {
        expected->base = bases[i];
        if ((set >> i & 1) != 0) {
            check(expected);
        }
    }
}

static FILE *
open_data(const char *name)
{
    static char path[4096];
    const char *folder = getenv("ARK_UNICODE_DATA");
    (void)snprintf(path, sizeof path, "%s/%s", folder == NULL ? ARK_UNICODE_DEFAULT : folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        printf("skipped: %s is not there (package unicode-data)\n", path);
    }
    file_name = name;
    line_number = 0;
    return file;
}

static void
run_class_test(FILE *file)
{
    static char line[LINE_BYTES_MAX];
    static const char LEVELS[] = "@Levels:";
    static const char REORDER[] = "@Reorder:";
    struct expected expected = {.base_level = NOT_COMPARED};
    while (fgets(line, sizeof line, file) != NULL) {
        line_number++;
        if (strncmp(line, LEVELS, strlen(LEVELS)) == 0) {
            read_levels(line + strlen(LEVELS), &expected);
        } else if (strncmp(line, REORDER, strlen(REORDER)) == 0) {
            read_order(line + strlen(REORDER), &expected);
        } else if (line[0] != '#' && line[0] != '@' && line[0] != '\n') {
            check_class_line(line, &expected);
        }
    }
}

static void
run_character_test(FILE *file)
{
    static char line[LINE_BYTES_MAX];
    while (fgets(line, sizeof line, file) != NULL) {
        line_number++;
        if (line[0] != '#' && line[0] != '\n') {
            check_character_line(line);
        }
    }
}

int
main(void)
{
    FILE *classes = open_data("BidiTest.txt");
    if (classes == NULL) {
        return SKIPPED;
    }
    arena = ark_arena_make();
    run_class_test(classes);
    (void)fclose(classes);
    FILE *characters = open_data("BidiCharacterTest.txt");
    if (characters == NULL) {
        ark_arena_dispose(&arena);
        return SKIPPED;
    }
    run_character_test(characters);
    (void)fclose(characters);
    ark_arena_dispose(&arena);
    printf("%lu texts resolved, %lu of them shown, %lu failures\n", resolved, displayed, failures);
    return failures == 0 && resolved > 800000 ? EXIT_SUCCESS : EXIT_FAILURE;
}
