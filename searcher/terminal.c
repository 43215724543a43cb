#include "searcher/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/options.h"

enum {
    TERMINAL_WIDTH_MAX = 100, // longer lines are hard to read
    PIPE_WIDTH = 80,          // of right-aligned lines that go to no terminal
    COLUMNS_DEFAULT = 80,
};

const char *const ark_bidi_names[] = {"auto",  "none",    "terminal", "visual",
                                      "words", "isolate", NULL};

static const char *const STYLE_NAMES[ARK_STYLE_COUNT] = {NULL,   "match", "title",
                                                         "meta", "path",  "header"};
static const char *const STYLE_DEFAULTS[ARK_STYLE_COUNT] = {"", "1;31", "1", "2", "0", "2"};

void
ark_terminal_probe(int fd, bool *is_terminal, uint32_t *columns)
{
    struct winsize size = {0};
    uint64_t from_environment = 0;
    const char *value = getenv("COLUMNS");
    *is_terminal = isatty(fd) == 1;
    *columns = 0;
    if (!*is_terminal) {
        return;
    }
    *columns = COLUMNS_DEFAULT;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        *columns = size.ws_col;
    } else if (value != NULL && ark_parse_number(value, UINT16_MAX, &from_environment) &&
               from_environment > 0) {
        *columns = (uint32_t)from_environment;
    }
}

static bool
is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

static bool
term_is(const char *name)
{
    const char *term = getenv("TERM");
    return term != NULL && strcmp(term, name) == 0;
}

static bool
term_begins(const char *name)
{
    const char *term = getenv("TERM");
    return term != NULL && strncmp(term, name, strlen(name)) == 0;
}

/** True when the environment names a terminal that leaves right-to-left text as it comes. */
static bool
needs_order(void)
{
    // Terminals that order by themselves, or that deny it and do it all the same.
    if (term_begins("mlterm") || is_set("MLTERM") || is_set("VTE_VERSION") ||
        is_set("KONSOLE_VERSION")) {
        return false;
    }
    return term_is("linux") || term_begins("alacritty") || term_begins("foot") ||
           term_begins("rxvt") || term_is("st") || term_begins("st-") || is_set("XTERM_VERSION") ||
           is_set("ALACRITTY_WINDOW_ID") || is_set("WT_SESSION");
}

static uint32_t
text_width(const struct ark_terminal_request *request, bool orders)
{
    uint32_t width = request->width;
    if (width == 0 && request->is_terminal) {
        width = request->columns < TERMINAL_WIDTH_MAX ? request->columns : TERMINAL_WIDTH_MAX;
        width = width < ARK_WIDTH_MIN ? ARK_WIDTH_MIN : width;
    }
    return width == 0 && orders ? PIPE_WIDTH : width;
}

/** Takes one "name=1;31" of ARK_COLORS. */
static bool
set_color(struct ark_terminal *terminal, ark_str entry)
{
    for (size_t style = 1; style < ARK_STYLE_COUNT; style++) {
        ark_str name = ark_str_from(STYLE_NAMES[style]);
        if (!ark_str_starts_with(entry, name) || entry.len == name.len ||
            entry.bytes[name.len] != '=') {
            continue;
        }
        ark_str value = ark_str_slice(entry, name.len + 1, entry.len);
        for (size_t i = 0; i < value.len; i++) {
            if (value.bytes[i] != ';' && (value.bytes[i] < '0' || value.bytes[i] > '9')) {
                return false;
            }
        }
        if (value.len >= ARK_SGR_BYTES_MAX) {
            return false;
        }
        memcpy(terminal->sgr[style], value.bytes, value.len);
        terminal->sgr[style][value.len] = '\0';
        return true;
    }
    return false;
}

static enum ark_status
set_colors(struct ark_terminal *terminal, const char *colors, struct ark_error *err)
{
    for (size_t style = 0; style < ARK_STYLE_COUNT; style++) {
        memcpy(terminal->sgr[style], STYLE_DEFAULTS[style], strlen(STYLE_DEFAULTS[style]) + 1);
    }
    ark_str rest = ark_str_from(colors);
    while (rest.len > 0) {
        const uint8_t *colon = memchr(rest.bytes, ':', rest.len);
        size_t len = colon == NULL ? rest.len : (size_t)(colon - rest.bytes);
        if (len > 0 && !set_color(terminal, ark_str_slice(rest, 0, len))) {
            return ark_error_set(err, ARK_E_ARGUMENT,
                                 "ARK_COLORS has match, title, meta, path or header, '=' and "
                                 "SGR numbers between colons, not: %.*s",
                                 ARK_STR_ARG(ark_str_slice(rest, 0, len)));
        }
        rest = ark_str_slice(rest, colon == NULL ? len : len + 1, rest.len);
    }
    return ARK_OK;
}

enum ark_status
ark_terminal_decide(const struct ark_terminal_request *request, struct ark_terminal *out,
                    struct ark_error *err)
{
    bool speaks_sgr = request->is_terminal && is_set("TERM") && !term_is("dumb");
    *out = (struct ark_terminal){.is_terminal = request->is_terminal,
                                 .columns = request->columns,
                                 .marked = request->marked,
                                 .marks = request->marks};
    out->bidi = request->bidi;
    if (request->bidi == ARK_BIDI_AUTO) {
        out->bidi = speaks_sgr && needs_order() ? ARK_BIDI_VISUAL : ARK_BIDI_NONE;
    }
    out->width = text_width(request, ark_bidi_orders(out->bidi));
    if (request->color) {
        return set_colors(out, request->colors, err);
    }
    if (speaks_sgr) {
        out->sgr[ARK_STYLE_MATCH][0] = '1'; // bold is not a colour
    }
    return ARK_OK;
}
