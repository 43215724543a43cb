/**
 * @file terminal.h
 * What output goes to: a terminal or not, how wide, in which colours, and who
 * puts right-to-left text in order.
 *
 * Decided at the start from options and environment, but for the order of
 * right-to-left lines: that may take a question to the terminal (tty.h), which
 * waits until there is such a line.
 */
#ifndef ARK_TERMINAL_TERMINAL_H
#define ARK_TERMINAL_TERMINAL_H

#include "common/base/options.h"
#include "common/text/span.h"

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

/** Or'ed to a style: bold where the style is not, and not bold where it is; see bidi.h. */
enum { ARK_STYLE_OTHER_WEIGHT = 8 };

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

/** What $ARK_BIDI says; AUTO when it says nothing, or nothing known. */
enum ark_bidi ark_bidi_from_environment(void);

/** True for the modes in which lines are put in order here. */
static inline bool
ark_bidi_orders(enum ark_bidi bidi)
{
    return bidi == ARK_BIDI_VISUAL || bidi == ARK_BIDI_WORDS;
}

/** How right-to-left lines are written, once that is known. */
struct ark_order {
    enum ark_bidi bidi;     /**< never ARK_BIDI_AUTO */
    bool aligned;           /**< the terminal itself puts right-to-left lines at its right edge */
    bool by_first_letter;   /**< it gives each line the direction of its first letter (mode 2501) */
    const char *rtl_before; /**< control sequences around a line to the right */
    const char *rtl_after;
    const char *ltr_before; /**< and around any other that has right-to-left letters */
    const char *ltr_after;
};

struct ark_tty;

/** The longest SGR parameter string of a style, with its NUL. */
enum { ARK_SGR_BYTES_MAX = 32 };

/** Text widths that make sense. */
enum { ARK_WIDTH_MIN = 20, ARK_WIDTH_MAX = 1000 };

struct ark_terminal {
    bool is_terminal;
    uint32_t columns;       /**< of the terminal; 0 = none */
    uint32_t rows;          /**< likewise */
    uint32_t width;         /**< where text is wrapped; 0 = not at all */
    enum ark_bidi bidi;     /**< as asked for; ark_terminal_order tells what comes of it */
    struct ark_tty *tty;    /**< to ask; NULL: the environment decides, no mode is changed */
    enum ark_when links;    /**< as asked for; ark_terminal_links tells what comes of it */
    bool styled;            /**< it takes SGR sequences */
    bool marked;            /**< matches get the marks instead of a colour */
    struct ark_marks marks; /**< empty unless marked */
    char sgr[ARK_STYLE_COUNT][ARK_SGR_BYTES_MAX]; /**< "1;31"; empty = as it is */
};

/** What the options say and the system tells. */
struct ark_terminal_request {
    bool is_terminal;
    uint32_t columns;
    uint32_t rows;
    struct ark_tty *tty; /**< borrowed; must outlive the terminal. May be NULL */
    enum ark_when links; /**< --hyperlink */
    bool color;          /**< as ark_color_wanted says */
    enum ark_bidi bidi;  /**< as asked for */
    uint32_t width;      /**< --width; 0 = by default */
    const char *colors;  /**< $ARK_COLORS, may be NULL */
    bool marked;
    struct ark_marks marks;
};

/**
 * Fills is_terminal, and columns and rows as they are now: $COLUMNS and $LINES,
 * else 80 and 24, when the terminal does not say; 0 when fd is none.
 */
void ark_terminal_probe(int fd, struct ark_terminal_request *request);

/**
 * Decides. Reads TERM and the variables by which terminals tell their name.
 * ARK_E_ARGUMENT when colors is malformed; *out is then complete but for them.
 */
enum ark_status ark_terminal_decide(const struct ark_terminal_request *request,
                                    struct ark_terminal *out, struct ark_error *err) ARK_MUST_CHECK;

/**
 * Takes the size of the terminal behind fd as it is now, if it is one: a window
 * may change between two answers. asked is --width, 0 = by default.
 */
void ark_terminal_resize(struct ark_terminal *terminal, int fd, uint32_t asked);

/** True when paths are to be written as links (OSC 8). */
bool ark_terminal_links(const struct ark_terminal *terminal);

/** True when text in this style is bold. */
bool ark_style_is_bold(const struct ark_terminal *terminal, enum ark_style style);

/**
 * How lines with right-to-left letters are written. Call it when there is such a
 * line: the first call may ask the terminal (ark_tty_order).
 */
struct ark_order ark_terminal_order(const struct ark_terminal *terminal);

#endif
