/**
 * @file levels.h
 * The matching levels of Arabic words as pure functions of letters: the folded
 * form, the light form, the family key. (The fourth, the stem, is Snowball's:
 * stem.h.)
 *
 * The form is a function of the cleaned token; light form and family key are
 * functions of the form alone, so two words that share a form share both.
 */
#ifndef ARK_TEXT_LEVELS_H
#define ARK_TEXT_LEVELS_H

#include "common/base/buf.h"
#include "common/base/str.h"
#include "common/text/segment.h"

/** Words of more bytes are not stemmed: all their levels are the form. No natural word comes near. */
enum { ARK_LEVELS_BYTES_MAX = 128 };

/**
 * Appends the folded form of a cleaned token to out: alef with hamza, madda or
 * wasla becomes bare alef, alef maqsura becomes yeh, teh marbuta becomes heh.
 * Idempotent; out grows by cleaned.len bytes. Not cut (see ark_form_cut).
 */
void ark_level_form(ark_str cleaned, struct ark_buf *out);

/** True when form begins with the folded form of text. Cost: the letters that agree. */
bool ark_level_form_begins(ark_str form, ark_str text);

/**
 * The same as ark_level_form, cut to what an index stores: a form of more than
 * ARK_TERM_BYTES_MAX bytes keeps its first characters and ends in '~' and 16
 * hex digits of a hash of the whole. out is cleared first and must hold
 * cleaned.len bytes.
 */
void ark_level_form_cut(ark_str cleaned, struct ark_buf *out);

/** The script by the first character: that of the levels, whatever the token was before cleaning. */
enum ark_script ark_level_script(ark_str form);

/**
 * The light form of an Arabic form: without particle (particle.h), the longest
 * prefix of article kind, and up to three suffixes; at least 3 letters stay, or
 * a noun of data/short_words.txt ("the father", "his hand" with -ha and its like).
 * Words of data/whole_words.txt keep their ending and what they begin with; and
 * a first waw that beyond doubt belongs to the word stays, and a particle or an article
 * that does (particle.h). A view into form. Departs from light10 (Larkey, Ballesteros, Connell 2007,
 * "Light stemming for Arabic information retrieval") by the particle rule, the
 * prefixes wbal fbal wkal wll fll, and the suffixes hma kma tyn tan hm hn km
 * na wa.
 */
ark_str ark_level_light(ark_str form);

/** True when a light form is a word of data/whole_words.txt. */
bool ark_level_is_whole(ark_str light);

/**
 * Appends the family key to out, given an Arabic light form: its skeleton, less
 * an ending -an that data/whole_words.txt says is none of the root
 * (waw, yeh, alef, hamza and a final heh gone, if 2 letters are left; but a
 * first waw stays that beyond doubt is the word's own, so that "ministers" are
 * no "visitors"), then without one leading feh, one of beh, kaf, lam, meem,
 * seen, one of teh, noon, another meem, and a final kaf, teh-meem or teh-noon
 * (of 5), teh, in this order, each only while it has 4 letters or more. Never
 * longer than light. Words that agree in light form agree in family.
 *
 * Meem before teh, noon and seen, and the waw, since "arabic 3": nDCG@10 +.0005
 * on the mean of six collections, -.0003 to +.0020; "user" meets "use".
 *
 * The light form is the one with the particle rule: otherwise a particle
 * stays in the key of a short word and parts it from its light class: "to
 * Syria" from "Syria". Measured on the six development collections, exact
 * four-level scoring, nDCG@10: +.0053 -.0009, mean +.0011; recall at 100 rises
 * on all of them.
 */
void ark_level_family(ark_str light, struct ark_buf *out);

#endif
