#include "common/base/options.h"

#include <string.h>

#include "common/base/buf.h"
#include "common/base/translate.h"

enum {
    NAME_CHARS_MAX = 40,      // no option name comes near
    MATCHES_MAX = 8,          // named in an "ambiguous" message
    HELP_COLUMN_MAX = 32,     // help texts begin here at the latest, unless their names are longer
    MESSAGE_BYTES_MAX = 1024, // of a list of names
};

const char *const ark_when_names[] = {"auto", "always", "never", NULL};

static bool
takes_argument(const struct ark_option *option)
{
    return option->argument != NULL && option->argument[0] != '[';
}

const struct ark_option *
ark_option_find(const struct ark_option *options, ark_str name)
{
    for (const struct ark_option *option = options; option->name != NULL; option++) {
        if (ark_str_equal(ark_str_from(option->name), name)) {
            return option;
        }
    }
    return NULL;
}

static size_t
smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/**
 * Edits (insert, delete, replace, swap of neighbours) from a to b, both at most
 * NAME_CHARS_MAX: the "optimal string alignment" distance, by rows.
 */
static size_t
edit_distance(ark_str a, ark_str b)
{
    size_t rows[3][NAME_CHARS_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = a.bytes[i - 1] == b.bytes[j - 1];
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same);
            bool swapped = i > 1 && j > 1 && a.bytes[i - 1] == b.bytes[j - 2] &&
                           a.bytes[i - 2] == b.bytes[j - 1];
            if (swapped && rows[(i - 2) % 3][j - 2] + 1 < row[j]) {
                row[j] = rows[(i - 2) % 3][j - 2] + 1;
            }
        }
    }
    return rows[a.len % 3][b.len];
}

/** The option whose name is at most a third of its letters away from name, or NULL. */
static const struct ark_option *
nearest_option(const struct ark_option *options, ark_str name)
{
    const struct ark_option *nearest = NULL;
    size_t least = SIZE_MAX;
    if (name.len > NAME_CHARS_MAX) {
        return NULL;
    }
    for (const struct ark_option *option = options; option->name != NULL; option++) {
        ark_str candidate = ark_str_from(option->name);
        ARK_ASSERT(candidate.len <= NAME_CHARS_MAX);
        size_t distance = edit_distance(name, candidate);
        if (distance < least && distance * 3 <= candidate.len + 1) {
            least = distance;
            nearest = option;
        }
    }
    return nearest;
}

static enum ark_status
unknown_option(const struct ark_option *options, ark_str name, const char *argument,
               struct ark_error *err)
{
    const struct ark_option *nearest = nearest_option(options, name);
    if (nearest == NULL) {
        return ark_error_set(err, ARK_E_ARGUMENT, "unknown option (see --help): %s", argument);
    }
    return ark_error_set(err, ARK_E_ARGUMENT, "unknown option (did you mean --%s?): %s",
                         nearest->name, argument);
}

/** The option that name, perhaps shortened, stands for. */
static enum ark_status
find_shortened(const struct ark_option *options, ark_str name, const char *argument,
               const struct ark_option **out, struct ark_error *err)
{
    const struct ark_option *found = ark_option_find(options, name);
    struct ark_buf others = ark_buf_make(MESSAGE_BYTES_MAX);
    size_t matches = 0;
    for (const struct ark_option *option = options; found == NULL && option->name != NULL;
         option++) {
        if (name.len > 0 && ark_str_starts_with(ark_str_from(option->name), name)) {
            *out = option;
            matches++;
            if (matches <= MATCHES_MAX) {
                ark_buf_printf(&others, "%s--%s", matches == 1 ? "" : ", ", option->name);
            }
        }
    }
    enum ark_status status = ARK_OK;
    if (found != NULL) {
        *out = found;
    } else if (matches == 0) {
        status = unknown_option(options, name, argument, err);
    } else if (matches > 1) {
        status = ark_error_set(err, ARK_E_ARGUMENT, "ambiguous option (%s): %s",
                               ark_buf_cstr(&others), argument);
    }
    ark_buf_dispose(&others);
    return status;
}

/** Where the parser stands in argv. */
struct walk {
    const struct ark_command_line *line;
    int argc;
    char **argv;
    int at;
};

/** The value of an option that needs one and has none attached: the next argument. */
static const char *
next_value(struct walk *walk)
{
    return walk->at + 1 < walk->argc ? walk->argv[++walk->at] : NULL;
}

static enum ark_status
parse_long(struct walk *walk, struct ark_error *err)
{
    const char *argument = walk->argv[walk->at];
    const char *equals = strchr(argument, '=');
    const char *value = equals == NULL ? NULL : equals + 1;
    size_t name_bytes = equals == NULL ? strlen(argument) - 2 : (size_t)(equals - argument) - 2;
    const struct ark_option *option = NULL;
    enum ark_status status = find_shortened(
        walk->line->options, ark_str_make(argument + 2, name_bytes), argument, &option, err);
    if (status != ARK_OK) {
        return status;
    }
    if (option->argument == NULL && value != NULL) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--%s takes no value: %s", option->name,
                             argument);
    }
    if (takes_argument(option) && value == NULL) {
        value = next_value(walk);
        if (value == NULL) {
            return ark_error_set(err, ARK_E_ARGUMENT, "missing %s after --%s", option->argument,
                                 option->name);
        }
    }
    return walk->line->handle(walk->line->context, option->id, value, err);
}

static const struct ark_option *
find_letter(const struct ark_option *options, char letter)
{
    for (const struct ark_option *option = options; option->name != NULL; option++) {
        if (option->letter == letter) {
            return option;
        }
    }
    return NULL;
}

/** Letters after one dash, up to the first that takes a value. */
static enum ark_status
parse_letters(struct walk *walk, struct ark_error *err)
{
    const char *argument = walk->argv[walk->at];
    enum ark_status status = ARK_OK;
    for (const char *letter = argument + 1; *letter != '\0' && status == ARK_OK; letter++) {
        const struct ark_option *option = find_letter(walk->line->options, *letter);
        if (option == NULL) {
            // "-index" is a slip for "--index" more often than five letters.
            return unknown_option(walk->line->options, ark_str_from(argument + 1), argument, err);
        }
        if (!takes_argument(option)) {
            status = walk->line->handle(walk->line->context, option->id, NULL, err);
            continue;
        }
        const char *value = letter[1] != '\0' ? letter + 1 : next_value(walk);
        if (value == NULL) {
            return ark_error_set(err, ARK_E_ARGUMENT, "missing %s after -%c", option->argument,
                                 option->letter);
        }
        return walk->line->handle(walk->line->context, option->id, value, err);
    }
    return status;
}

static bool
is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

enum ark_status
ark_command_line_parse(const struct ark_command_line *line, int argc, char **argv, int *rest_count,
                       struct ark_error *err)
{
    struct walk walk = {.line = line, .argc = argc, .argv = argv, .at = 1};
    int rest = 1;
    bool options_ended = false;
    for (; walk.at < argc; walk.at++) {
        char *argument = argv[walk.at];
        bool dash = !options_ended && argument[0] == '-' && argument[1] != '\0';
        bool is_text = line->dash_text && argument[1] != '-' && !is_letter_or_digit(argument[1]);
        enum ark_status status = ARK_OK;
        if (!dash || is_text) {
            argv[rest++] = argument; // rest <= at, so nothing unread is overwritten
        } else if (strcmp(argument, "--") == 0) {
            options_ended = true;
        } else if (argument[1] == '-') {
            status = parse_long(&walk, err);
        } else {
            status = parse_letters(&walk, err);
        }
        if (status != ARK_OK) {
            return status;
        }
    }
    *rest_count = rest - 1;
    return ARK_OK;
}

/** Appends "-i, --index=DIR" and returns how many columns it takes. */
static void
append_names(struct ark_buf *out, const struct ark_option *option)
{
    if (option->letter != '\0') {
        ark_buf_printf(out, "-%c, ", option->letter);
    }
    ark_buf_printf(out, "--%s", option->name);
    if (option->argument != NULL) {
        ark_buf_printf(out, "%s%s", takes_argument(option) ? "=" : "", option->argument);
    }
}

/** The names of the options that share a line of help, from *option on, which is moved to the last. */
static void
help_names(const struct ark_option **option, struct ark_buf *out)
{
    ark_buf_clear(out);
    // Long names of options without a letter stand below each other.
    ark_buf_append_str(out, (*option)->letter == '\0' ? ARK_STR("      ") : ARK_STR("  "));
    append_names(out, *option);
    while ((*option)->help == NULL && (*option)[1].name != NULL) {
        (*option)++;
        ark_buf_append_str(out, ARK_STR(", "));
        append_names(out, *option);
    }
}

void
ark_print_help(FILE *out, const char *usage, const struct ark_option *options, const char *footer)
{
    struct ark_buf names = ark_buf_make(MESSAGE_BYTES_MAX);
    size_t column = 0;
    for (const struct ark_option *option = options; option->name != NULL; option++) {
        help_names(&option, &names);
        size_t width = names.len + 2;
        column = width > column && width <= HELP_COLUMN_MAX ? width : column;
    }
    (void)fputs(ark_translate(usage), out);
    for (const struct ark_option *option = options; option->name != NULL; option++) {
        help_names(&option, &names);
        int width = (int)(names.len + 2 > column ? names.len + 2 : column);
        (void)fprintf(out, "%-*s%s\n", width, ark_buf_cstr(&names),
                      option->help == NULL ? "" : ark_translate(option->help));
    }
    (void)fputs(ark_translate(footer), out);
    ark_buf_dispose(&names);
}

/** Length of the digit that text begins with, ASCII, Arabic-Indic or Persian; 0 when it is none. */
static size_t
read_digit(const char *text, uint64_t *digit)
{
    const uint8_t *bytes = (const uint8_t *)text;
    if (bytes[0] >= '0' && bytes[0] <= '9') {
        *digit = bytes[0] - (uint64_t)'0';
        return 1;
    }
    // U+0660 and U+06F0 in UTF-8; a NUL behind the first byte is no digit.
    uint8_t zero = bytes[0] == 0xD9 ? 0xA0 : bytes[0] == 0xDB ? 0xB0 : 0;
    if (zero == 0 || bytes[1] < zero || bytes[1] > zero + 9) {
        return 0;
    }
    *digit = (uint64_t)(bytes[1] - zero);
    return 2;
}

bool
ark_parse_number(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t number = 0;
    if (*text == '\0') {
        return false;
    }
    while (*text != '\0') {
        uint64_t digit = 0;
        size_t len = read_digit(text, &digit);
        if (len == 0 || number > (max - digit) / 10 || digit > max) {
            return false;
        }
        number = number * 10 + digit;
        text += len;
    }
    *out = number;
    return true;
}

bool
ark_parse_size(const char *text, uint64_t *out)
{
    char digits[48]; // 2^64 has 20, each of at most two bytes
    size_t len = strlen(text);
    unsigned shift = 0;
    if (len == 0 || len >= sizeof digits) {
        return false;
    }
    memcpy(digits, text, len + 1);
    switch (digits[len - 1]) {
    case 'k':
    case 'K':
        shift = 10;
        break;
    case 'm':
    case 'M':
        shift = 20;
        break;
    case 'g':
    case 'G':
        shift = 30;
        break;
    default:
        break;
    }
    if (shift != 0) {
        digits[len - 1] = '\0';
    }
    uint64_t number = 0;
    if (!ark_parse_number(digits, UINT64_MAX >> shift, &number)) {
        return false;
    }
    *out = number << shift;
    return true;
}

enum ark_status
ark_parse_choice(const char *option, const char *value, const char *const *choices, int *out,
                 struct ark_error *err)
{
    struct ark_buf allowed = ark_buf_make(MESSAGE_BYTES_MAX);
    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], value) == 0) {
            ark_buf_dispose(&allowed);
            *out = i;
            return ARK_OK;
        }
        ark_buf_printf(&allowed, "%s%s", i == 0 ? "" : ", ", choices[i]);
    }
    enum ark_status status =
        ark_error_set(err, ARK_E_ARGUMENT, "--%s must be one of %s, not: %s", option,
                      allowed.len == 0 ? "" : ark_buf_cstr(&allowed), value);
    ark_buf_dispose(&allowed);
    return status;
}
