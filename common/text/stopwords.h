/**
 * @file stopwords.h
 * Stop and question words, dropped from queries only. They are compared as
 * cleaned tokens, before folding: the name Ali is not the preposition "on".
 * The lists stand in data/ and are compiled in.
 */
#ifndef ARK_TEXT_STOPWORDS_H
#define ARK_TEXT_STOPWORDS_H

#include "common/base/str.h"

/** True when the cleaned token (ark_clean_token) is a stop or question word. O(1). */
bool ark_stopword(ark_str cleaned);

#endif
