/**
 * @file terminal.h
 * What output goes to: a terminal or not, how wide, in which colours, and who
 * puts right-to-left text in order.
 *
 * Decided once at the start from options and environment; nothing is asked of
 * the terminal and no mode of it is changed.
 */
#ifndef ARK_SEARCHER_TERMINAL_H
#define ARK_SEARCHER_TERMINAL_H

#include "common/base/error.h"
#include "common/base/str.h"
#include "searcher/highlight.h"

/** What a piece of text is, which decides its colour. */
enum ark_style {
    ARK_STYLE_PLAIN,
    ARK_STYLE_MATCH,
    ARK_STYLE_TITLE,
    ARK_STYLE_META,
    ARK_STYLE_PATH,
    ARK_STYLE_HEADER,
};
enum { ARK_STYLE_COUNT = 6 };

/** --bidi. The names are in ark_bidi_names, in this order. */
enum ark_bidi {
    ARK_BIDI_AUTO,     /**< as the terminal and the environment tell */
    ARK_BIDI_NONE,     /**< logical order, nothing added */
    ARK_BIDI_TERMINAL, /**< logical order; the terminal puts it in order */
    ARK_BIDI_VISUAL,   /**< ordered and shaped here, right-aligned */
    ARK_BIDI_WORDS,    /**< the words ordered here, their letters by the terminal */
    ARK_BIDI_ISOLATE,  /**< logical order, text from outside between FSI and PDI */
};
extern const char *const ark_bidi_names[];

/** True for the modes in which lines are put in order here. */
static inline bool
ark_bidi_orders(enum ark_bidi bidi)
{
    return bidi == ARK_BIDI_VISUAL || bidi == ARK_BIDI_WORDS;
}

/** The longest SGR parameter string of a style, with its NUL. */
enum { ARK_SGR_BYTES_MAX = 32 };

/** Text widths that make sense. */
enum { ARK_WIDTH_MIN = 20, ARK_WIDTH_MAX = 1000 };

struct ark_terminal {
    bool is_terminal;
    uint32_t columns;                             /**< of the terminal; 0 = none */
    uint32_t width;                               /**< where text is wrapped; 0 = not at all */
    enum ark_bidi bidi;                           /**< how right-to-left lines are written */
    bool links;                                   /**< paths become links */
    char sgr[ARK_STYLE_COUNT][ARK_SGR_BYTES_MAX]; /**< "1;31"; empty = as it is */
    bool marked;                                  /**< matches get the marks instead of a colour */
    struct ark_marks marks;                       /**< empty unless marked */
};

/** What the options say and the system tells. */
struct ark_terminal_request {
    bool is_terminal;
    uint32_t columns;
    bool color;         /**< as ark_color_wanted says */
    enum ark_bidi bidi; /**< as asked for */
    uint32_t width;     /**< --width; 0 = by default */
    const char *colors; /**< $ARK_COLORS, may be NULL */
    bool marked;
    struct ark_marks marks;
};

/** Whether descriptor fd is a terminal, and its columns ($COLUMNS, else 80 when it does not say). */
void ark_terminal_probe(int fd, bool *is_terminal, uint32_t *columns);

/**
 * Decides. Reads TERM and the variables by which terminals tell their name.
 * ARK_E_ARGUMENT when colors is malformed; *out is then complete but for them.
 */
enum ark_status ark_terminal_decide(const struct ark_terminal_request *request,
                                    struct ark_terminal *out, struct ark_error *err) ARK_MUST_CHECK;

#endif
