/**
 * @file answers.h
 * What a terminal says when asked what it is: the questions, and reading the
 * answers out of whatever bytes come from it.
 *
 * The questions are control sequences that every terminal of this century takes
 * in silence if it does not know them, but for the last, which all answer. So
 * the answer to the last one is also the sign that no other will come.
 *
 *   CSI 8 $ p       DECRQM: is bidi support mode (BDSM, ECMA-48) set?
 *   CSI ? 2501 $ p  DECRQM: does each paragraph take the direction of its first
 *                   letter? (Koblinger, "BiDi in Terminal Emulators", 2019)
 *   CSI > q         XTVERSION: name and version
 *   CSI c           DA1: the kind of terminal
 */
#ifndef ARK_TERMINAL_ANSWERS_H
#define ARK_TERMINAL_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** All questions, to be written at once. */
#define ARK_QUESTIONS "\033[8$p\033[?2501$p\033[>q\033[c"

/** What is said of a mode; the values from 0 are those of the answer (DECRPM). */
enum ark_mode {
    ARK_MODE_SILENT = -1, /**< no answer */
    ARK_MODE_UNKNOWN = 0, /**< not recognised */
    ARK_MODE_SET = 1,
    ARK_MODE_RESET = 2,
    ARK_MODE_ALWAYS_SET = 3,
    ARK_MODE_ALWAYS_RESET = 4,
};

enum { ARK_TERMINAL_NAME_BYTES_MAX = 64 };

struct ark_answers {
    bool complete;                          /**< the last question is answered */
    enum ark_mode order;                    /**< mode 8: the terminal orders text itself */
    enum ark_mode directions;               /**< mode ?2501 */
    char name[ARK_TERMINAL_NAME_BYTES_MAX]; /**< as it calls itself, cut; "" = it does not */
};

/** No answer yet. */
struct ark_answers ark_answers_none(void);

/** Reads answers piece by piece; a sequence may be split anywhere. */
struct ark_answer_reader {
    struct ark_answers answers;
    unsigned state;
    size_t len;
    char sequence[2 * ARK_TERMINAL_NAME_BYTES_MAX]; /**< the one being read, without ESC [ */
};

/** A reader that has read nothing. */
struct ark_answer_reader ark_answer_reader_make(void);

/**
 * Takes what came from the terminal. Anything that is no answer (keys that were
 * typed, noise) is passed over; a sequence longer than the reader holds is too.
 * Cost: O(bytes).
 */
void ark_answer_reader_feed(struct ark_answer_reader *reader, const uint8_t *bytes, size_t len);

#endif
