#include "common/terminal/detect.h"

#include <stdlib.h>

#include "common/base/options.h"

enum {
    VTE_LINKS = 5000,       // VTE 0.50
    VTE_ORDERS = 5800,      // VTE 0.58
    KONSOLE_LINKS = 201200, // Konsole 20.12
};

static bool
is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

/** True when the variable is a number of at least least. */
static bool
is_at_least(const char *name, uint64_t least)
{
    const char *value = getenv(name);
    uint64_t number = 0;
    return value != NULL && ark_parse_number(value, UINT32_MAX, &number) && number >= least;
}

static bool
begins(const char *text, const char *prefix)
{
    return text != NULL && strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool
term_begins(const char *prefix)
{
    return begins(getenv("TERM"), prefix);
}

static bool
program_is(const char *name)
{
    const char *value = getenv("TERM_PROGRAM");
    return value != NULL && strcmp(value, name) == 0;
}

static bool
is_mlterm(void)
{
    return is_set("MLTERM") || term_begins("mlterm");
}

/** Inside tmux or screen, which draw on a terminal they do not tell of. */
static bool
is_multiplexed(void)
{
    return is_set("TMUX") || is_set("STY") || term_begins("tmux") || term_begins("screen");
}

enum ark_need
ark_detect_need(void)
{
    bool known = is_mlterm() || is_multiplexed() || term_begins("linux");
    return known ? ARK_NEED_NOTHING : ARK_NEED_ANSWERS;
}

/** A VTE from before it learned to put text in order; it does not answer for mode 8. */
static bool
is_old_vte(void)
{
    return is_set("VTE_VERSION") && !is_at_least("VTE_VERSION", VTE_ORDERS);
}

/** By the variables that terminals set for the programs in them; AUTO when none is set. */
static enum ark_bidi
by_variables(void)
{
    static const struct {
        const char *name;
        enum ark_bidi bidi;
    } table[] = {
        {"VTE_VERSION", ARK_BIDI_TERMINAL}, {"KONSOLE_VERSION", ARK_BIDI_TERMINAL},
        {"XTERM_VERSION", ARK_BIDI_VISUAL}, {"ALACRITTY_WINDOW_ID", ARK_BIDI_VISUAL},
        {"WT_SESSION", ARK_BIDI_VISUAL},    {"KITTY_WINDOW_ID", ARK_BIDI_WORDS},
    };
    if (is_old_vte()) {
        return ARK_BIDI_VISUAL;
    }
    for (size_t i = 0; i < ARK_COUNT_OF(table); i++) {
        if (is_set(table[i].name)) {
            return table[i].bidi;
        }
    }
    return ARK_BIDI_AUTO;
}

/** By the name the terminal gives itself; AUTO when it is not in the table. */
static enum ark_bidi
by_name(const char *name)
{
    static const struct {
        const char *prefix;
        enum ark_bidi bidi;
    } table[] = {
        {"kitty", ARK_BIDI_WORDS},     {"Konsole", ARK_BIDI_TERMINAL},
        {"mintty", ARK_BIDI_TERMINAL}, {"iTerm2", ARK_BIDI_TERMINAL},
        {"XTerm", ARK_BIDI_VISUAL},    {"foot", ARK_BIDI_VISUAL},
        {"ghostty", ARK_BIDI_VISUAL},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(table); i++) {
        if (begins(name, table[i].prefix)) {
            return table[i].bidi;
        }
    }
    return ARK_BIDI_AUTO;
}

/** By TERM and its kin, for terminals that tell neither mode nor name, or not in time. */
static enum ark_bidi
by_term(void)
{
    if (program_is("Apple_Terminal") || is_set("KONSOLE_VERSION")) {
        return ARK_BIDI_TERMINAL;
    }
    if (term_begins("xterm-kitty")) {
        return ARK_BIDI_WORDS; // TERM comes along over SSH, where its answers come late
    }
    if (is_old_vte() || is_set("WT_SESSION") || term_begins("alacritty") || term_begins("rxvt") ||
        term_begins("foot")) {
        return ARK_BIDI_VISUAL;
    }
    const char *term = getenv("TERM");
    bool is_st = term != NULL && (strcmp(term, "st") == 0 || begins(term, "st-"));
    return is_st ? ARK_BIDI_VISUAL : ARK_BIDI_AUTO;
}

/**
 * Whether the answers decide. Of a set that is not complete only what says it outright does: that
 * mode 8 is not known may be said by a terminal whose name is still on its way.
 */
static bool
is_telling(const struct ark_answers *answers)
{
    return answers->complete || answers->order > ARK_MODE_UNKNOWN ||
           by_name(answers->name) != ARK_BIDI_AUTO;
}

/** Of a terminal that answered, if only the last question. */
static enum ark_bidi
by_answers(const struct ark_answers *answers)
{
    if (answers->order == ARK_MODE_SET || answers->order == ARK_MODE_ALWAYS_SET) {
        return ARK_BIDI_TERMINAL;
    }
    if (answers->order == ARK_MODE_RESET || answers->order == ARK_MODE_ALWAYS_RESET) {
        return ARK_BIDI_VISUAL; // someone asked the terminal to leave the order alone
    }
    enum ark_bidi bidi = by_name(answers->name);
    if (bidi == ARK_BIDI_AUTO) {
        bidi = by_term();
    }
    if (bidi != ARK_BIDI_AUTO) {
        return bidi;
    }
    // Silence about the mode and the name under TERM=xterm is PuTTY's way, which does order.
    return answers->order == ARK_MODE_UNKNOWN ? ARK_BIDI_VISUAL : ARK_BIDI_TERMINAL;
}

enum ark_bidi
ark_detect_bidi(const struct ark_answers *answers)
{
    enum ark_bidi bidi = ARK_BIDI_AUTO;
    if (is_mlterm()) {
        return ARK_BIDI_TERMINAL; // it orders, and denies mode 8
    }
    if (is_multiplexed()) {
        bidi = by_variables();
        return bidi == ARK_BIDI_AUTO ? ARK_BIDI_TERMINAL : bidi;
    }
    if (term_begins("linux")) {
        return ARK_BIDI_VISUAL;
    }
    if (answers != NULL && is_telling(answers)) {
        return by_answers(answers);
    }
    bidi = by_term();
    if (bidi == ARK_BIDI_AUTO) {
        bidi = by_variables();
    }
    return bidi == ARK_BIDI_AUTO ? ARK_BIDI_TERMINAL : bidi;
}

bool
ark_detect_aligns(void)
{
    return is_mlterm();
}

bool
ark_detect_links(const struct ark_answers *answers)
{
    static const char *const names[] = {"kitty", "Konsole", "mintty", "iTerm2",
                                        "foot",  "ghostty", "WezTerm"};
    if (is_multiplexed() || term_begins("linux") || is_mlterm()) {
        return false;
    }
    for (size_t i = 0; answers != NULL && i < ARK_COUNT_OF(names); i++) {
        if (begins(answers->name, names[i])) {
            return true;
        }
    }
    return is_at_least("VTE_VERSION", VTE_LINKS) || is_at_least("KONSOLE_VERSION", KONSOLE_LINKS) ||
           is_set("KITTY_WINDOW_ID") || is_set("WT_SESSION") || term_begins("alacritty") ||
           term_begins("foot") || program_is("iTerm.app") || program_is("WezTerm") ||
           program_is("ghostty") || program_is("vscode");
}
