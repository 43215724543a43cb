#include "common/terminal/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/options.h"
#include "common/terminal/detect.h"
#include "common/terminal/tty.h"

enum {
    TERMINAL_WIDTH_MAX = 100, // longer lines are hard to read
    PIPE_WIDTH = 80,          // of right-aligned lines that go to no terminal
    COLUMNS_DEFAULT = 80,
    ROWS_DEFAULT = 24,
};

const char *const ark_bidi_names[] = {"auto",  "none",    "terminal", "visual",
                                      "words", "isolate", NULL};

static const char *const STYLE_NAMES[ARK_STYLE_COUNT] = {NULL,   "match", "title",
                                                         "meta", "path",  "header"};
static const char *const STYLE_DEFAULTS[ARK_STYLE_COUNT] = {"", "1;31", "1", "2", "0", "2"};

enum ark_bidi
ark_bidi_from_environment(void)
{
    const char *value = getenv("ARK_BIDI");
    for (int i = 0; value != NULL && ark_bidi_names[i] != NULL; i++) {
        if (strcmp(value, ark_bidi_names[i]) == 0) {
            return (enum ark_bidi)i;
        }
    }
    return ARK_BIDI_AUTO;
}

/** What a variable says, or otherwise when it says nothing of use. */
static uint32_t
number_from(const char *name, uint32_t otherwise)
{
    const char *value = getenv(name);
    uint64_t number = 0;
    bool sane = value != NULL && ark_parse_number(value, UINT16_MAX, &number) && number > 0;
    return sane ? (uint32_t)number : otherwise;
}

void
ark_terminal_probe(int fd, struct ark_terminal_request *request)
{
    struct winsize size = {0};
    request->is_terminal = isatty(fd) == 1;
    request->columns = 0;
    request->rows = 0;
    if (!request->is_terminal) {
        return;
    }
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) {
        size = (struct winsize){0};
    }
    request->columns = size.ws_col > 0 ? size.ws_col : number_from("COLUMNS", COLUMNS_DEFAULT);
    request->rows = size.ws_row > 0 ? size.ws_row : number_from("LINES", ROWS_DEFAULT);
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
                                 .rows = request->rows,
                                 .links = request->links,
                                 .styled = speaks_sgr,
                                 .marked = request->marked,
                                 .marks = request->marks};
    out->bidi = request->bidi;
    if (request->bidi == ARK_BIDI_AUTO && !speaks_sgr) {
        out->bidi = ARK_BIDI_NONE;
    }
    out->tty = request->is_terminal ? request->tty : NULL;
    out->width = text_width(request, ark_bidi_orders(out->bidi));
    if (request->color) {
        return set_colors(out, request->colors, err);
    }
    if (speaks_sgr) {
        out->sgr[ARK_STYLE_MATCH][0] = '1'; // bold is not a colour
    }
    return ARK_OK;
}

void
ark_terminal_resize(struct ark_terminal *terminal, int fd, uint32_t asked)
{
    struct ark_terminal_request request = {.width = asked};
    if (!terminal->is_terminal) {
        return;
    }
    ark_terminal_probe(fd, &request);
    if (request.is_terminal) {
        terminal->columns = request.columns;
        terminal->rows = request.rows;
        terminal->width = text_width(&request, false);
    }
}

bool
ark_terminal_links(const struct ark_terminal *terminal)
{
    if (terminal->links != ARK_WHEN_AUTO) {
        return terminal->links == ARK_WHEN_ALWAYS;
    }
    return terminal->tty != NULL && ark_detect_links(ark_tty_answers(terminal->tty));
}

bool
ark_style_is_bold(const struct ark_terminal *terminal, enum ark_style style)
{
    bool bold = false;
    const char *sgr = terminal->sgr[style & (ARK_STYLE_OTHER_WEIGHT - 1)];
    while (*sgr != '\0') {
        size_t len = strcspn(sgr, ";");
        bold = len == 1 && *sgr == '1' ? true : bold;
        bold = (len == 1 && *sgr == '0') || (len == 2 && memcmp(sgr, "22", 2) == 0) ? false : bold;
        sgr += len + (sgr[len] == ';' ? 1 : 0);
    }
    return bold != ((style & ARK_STYLE_OTHER_WEIGHT) != 0);
}

struct ark_order
ark_terminal_order(const struct ark_terminal *terminal)
{
    bool fixed = terminal->bidi == ARK_BIDI_NONE || terminal->bidi == ARK_BIDI_ISOLATE;
    if (terminal->tty != NULL && !fixed) {
        return ark_tty_order(terminal->tty, terminal->bidi);
    }
    bool automatic = terminal->bidi == ARK_BIDI_AUTO;
    return (struct ark_order){.bidi = automatic ? ark_detect_bidi(NULL) : terminal->bidi,
                              .rtl_before = "",
                              .rtl_after = "",
                              .ltr_before = "",
                              .ltr_after = ""};
}
