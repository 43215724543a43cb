/**
 * @file property_json.c
 * Texts that are JSON, or nearly, are taken and refused as jansson does, and
 * give the same values. Known differences: numbers may be of any size, keys may
 * hold NUL, and nesting ends sooner.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/text/utf8.h"
#include "indexer/json_record.h"
#include "tests/support/random.h"

static uint64_t current_seed;

static void
expect(bool holds, const char *what, const struct ark_buf *text)
{
    if (!holds) {
        (void)fprintf(stderr, "%s (repeat with ARK_SEED=%llu): %.*s\n", what,
                      (unsigned long long)current_seed, ARK_STR_ARG(ark_buf_view(text)));
        exit(EXIT_FAILURE);
    }
}

static void
add_blanks(struct test_random *random, struct ark_buf *out)
{
    while (test_random_one_in(random, 6)) {
        ark_buf_push(out, (uint8_t) " \t\n\r"[test_random_below(random, 4)]);
    }
}

static void
add_string(struct test_random *random, struct ark_buf *out)
{
    static const char *const PIECES[] = {"a",
                                         "key",
                                         "\\n",
                                         "\\\"",
                                         "\\\\",
                                         "\\/",
                                         "\\u0628",
                                         "\\u00e9",
                                         "\\uD83D\\uDE00",
                                         "\\b\\f\\r\\t",
                                         " ",
                                         "\u0647\u062F\u0646\u0629",
                                         "\u20AC",
                                         "long plain text that takes more than eight bytes"};
    ark_buf_push(out, '"');
    for (uint32_t i = test_random_below(random, 4); i > 0; i--) {
        ark_buf_append_str(
            out, ark_str_from(PIECES[test_random_below(random, (uint32_t)ARK_COUNT_OF(PIECES))]));
    }
    ark_buf_push(out, '"');
}

static void
add_scalar(struct test_random *random, struct ark_buf *out)
{
    static const char *const SCALARS[] = {
        "null", "true",    "false", "0",  "-0", "12", "-7",  "3.25", "1e3", "2E-2",
        "0.5",  "-1.5e+2", "01",    "1.", ".5", "+1", "nul", "1e",   "-",   "Infinity"};
    if (test_random_one_in(random, 2)) {
        add_string(random, out);
        return;
    }
    // The last eight are none; they come seldom.
    uint32_t count = (uint32_t)ARK_COUNT_OF(SCALARS) - (test_random_one_in(random, 20) ? 0 : 8);
    ark_buf_append_str(out, ark_str_from(SCALARS[test_random_below(random, count)]));
}

static void
add_value(struct test_random *random, struct ark_buf *out, unsigned depth)
{
    static const char *const KEYS[] = {"\"a\"", "\"b\"", "\"\\u0061\"", "\"key\""};
    add_blanks(random, out);
    bool scalar = depth > 0 && (depth == 5 || test_random_one_in(random, 2));
    if (scalar) {
        add_scalar(random, out);
        add_blanks(random, out);
        return;
    }
    bool object = test_random_one_in(random, 2);
    ark_buf_push(out, object ? '{' : '[');
    add_blanks(random, out);
    uint32_t count = test_random_below(random, 4);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            ark_buf_push(out, ',');
            add_blanks(random, out);
        }
        if (object) {
            ark_buf_append_str(out, ark_str_from(KEYS[test_random_below(random, 4)]));
            add_blanks(random, out);
            ark_buf_push(out, ':');
        }
        add_value(random, out, depth + 1);
    }
    ark_buf_push(out, object ? '}' : ']');
    add_blanks(random, out);
}

/** Changes, takes out or puts in a byte now and then. */
static void
spoil(struct test_random *random, struct ark_buf *text)
{
    static const char BYTES[] = "{}[],:\"\\0u\x01 e";
    while (text->len > 0 && test_random_one_in(random, 2)) {
        size_t at = test_random_below(random, (uint32_t)text->len);
        if (test_random_one_in(random, 3)) {
            memmove(text->bytes + at, text->bytes + at + 1, text->len - at - 1);
            text->len--;
        } else {
            text->bytes[at] = (uint8_t)BYTES[test_random_below(random, sizeof BYTES - 1)];
        }
    }
}

static void compare(const struct ark_json *json, uint32_t node, const json_t *wanted,
                    const struct ark_buf *text);

static void
compare_string(const struct ark_json *json, uint32_t node, const json_t *wanted,
               const struct ark_buf *text)
{
    struct ark_buf scratch = ark_buf_make(text->len);
    ark_str found = ark_json_string(json, node, &scratch);
    expect(ark_str_equal(found, ark_str_make((const uint8_t *)json_string_value(wanted),
                                             json_string_length(wanted))),
           "a string differs", text);
    ark_buf_dispose(&scratch);
}

static void
compare_object(const struct ark_json *json, uint32_t node, json_t *wanted,
               const struct ark_buf *text)
{
    for (void *at = json_object_iter(wanted); at != NULL; at = json_object_iter_next(wanted, at)) {
        uint32_t member = ark_json_member(json, node, ark_str_from(json_object_iter_key(at)));
        expect(member != ARK_JSON_NONE, "a member is missing", text);
        compare(json, member, json_object_iter_value(at), text);
    }
    expect(ark_json_member(json, node, ARK_STR("nowhere")) == ARK_JSON_NONE, "a member too many",
           text);
}

/** A value is the one that jansson has read. */
static void
compare(const struct ark_json *json, uint32_t node, const json_t *wanted,
        const struct ark_buf *text)
{
    static const enum ark_json_kind KINDS[] = {
        [JSON_OBJECT] = ARK_JSON_OBJECT, [JSON_ARRAY] = ARK_JSON_ARRAY,
        [JSON_STRING] = ARK_JSON_STRING, [JSON_INTEGER] = ARK_JSON_INTEGER,
        [JSON_REAL] = ARK_JSON_REAL,     [JSON_TRUE] = ARK_JSON_TRUE,
        [JSON_FALSE] = ARK_JSON_FALSE,   [JSON_NULL] = ARK_JSON_NULL,
    };
    expect(json->nodes[node].kind == KINDS[json_typeof(wanted)], "a kind differs", text);
    switch (json_typeof(wanted)) {
    case JSON_STRING:
        compare_string(json, node, wanted, text);
        break;
    case JSON_INTEGER:
        expect(strtoll((const char *)json->nodes[node].text.bytes, NULL, 10) ==
                   json_integer_value(wanted),
               "an integer differs", text);
        break;
    case JSON_OBJECT: {
        json_t *object = json_deep_copy(wanted);
        compare_object(json, node, object, text);
        json_decref(object);
        break;
    }
    case JSON_ARRAY:
        for (size_t i = 0; i < json_array_size(wanted); i++) {
            uint32_t element = ark_json_element(json, node, i);
            expect(element != ARK_JSON_NONE, "an element is missing", text);
            compare(json, element, json_array_get(wanted, i), text);
        }
        expect(ark_json_element(json, node, json_array_size(wanted)) == ARK_JSON_NONE,
               "an element too many", text);
        break;
    default:
        break;
    }
}

static void
check_text(struct ark_json *json, const struct ark_buf *text)
{
    size_t bad = 0;
    json_error_t error;
    // Every reader of the product looks at this before.
    if (!ark_utf8_valid(ark_buf_view(text), &bad)) {
        return;
    }
    bool read = ark_json_read(json, ark_buf_view(text), &bad);
    json_t *wanted = json_loadb((const char *)text->bytes, text->len, JSON_ALLOW_NUL, &error);
    bool differs = wanted == NULL && (strstr(error.text, "too big") != NULL ||
                                      strstr(error.text, "NUL byte in object key") != NULL);
    expect(differs || read == (wanted != NULL), "one takes what the other refuses", text);
    expect(read || bad <= text->len, "a place beyond the text", text);
    if (wanted != NULL) {
        expect(json->nodes[0].next == json->node_count, "nodes behind the value", text);
        compare(json, 0, wanted, text);
        json_decref(wanted);
    }
}

int
main(void)
{
    enum { ROUNDS = 60000 };
    uint64_t first = test_seed(1);
    bool replay = getenv("ARK_SEED") != NULL;
    struct ark_json json = ark_json_make();
    struct ark_buf text = ark_buf_make(1 << 20);
    for (current_seed = first; current_seed < first + (replay ? 1 : ROUNDS); current_seed++) {
        struct test_random random = test_random_make(current_seed);
        ark_buf_clear(&text);
        add_value(&random, &text, 0);
        check_text(&json, &text);
        spoil(&random, &text);
        check_text(&json, &text);
    }
    ark_buf_dispose(&text);
    ark_json_dispose(&json);
    return EXIT_SUCCESS;
}
