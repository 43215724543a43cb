/**
 * @file detect.h
 * Which terminal this is, and what follows from that: the table of
 * ark-terminals(7). It reads the environment and answers already given; it asks
 * nobody.
 */
#ifndef ARK_TERMINAL_DETECT_H
#define ARK_TERMINAL_DETECT_H

#include "common/terminal/answers.h"
#include "common/terminal/terminal.h"

/** How the environment leaves the question of the mode. */
enum ark_need {
    ARK_NEED_NOTHING, /**< it decides, or the one who would answer is not the one who draws */
    ARK_NEED_ANSWERS, /**< the terminal had better be asked */
};

/** Whether asking the terminal tells more than the environment does. */
enum ark_need ark_detect_need(void);

/** The mode for --bidi=auto on a terminal: never AUTO. answers may be NULL: nobody was asked. */
enum ark_bidi ark_detect_bidi(const struct ark_answers *answers);

/** True when the terminal puts right-to-left lines at its right edge, and always does. */
bool ark_detect_aligns(void);

/** True when the terminal is known to take links (OSC 8). answers may be NULL. */
bool ark_detect_links(const struct ark_answers *answers);

#endif
