/**
 * @file clean.h
 * Two cleanings. ark_clean_text makes the text that is stored and shown:
 * controls and bidi controls go, presentation forms become letters, all else
 * stays as written. ark_clean_token makes the input of every matching level
 * from a token of that text: marks, tatweel and joiners go, digits become
 * ASCII, look-alike letters become the Arabic one, Latin letters fold case.
 *
 * Both give valid UTF-8 whatever the input: a bad sequence becomes U+FFFD.
 */
#ifndef ARK_TEXT_CLEAN_H
#define ARK_TEXT_CLEAN_H

#include "common/base/buf.h"
#include "common/base/str.h"

/**
 * Appends text to out, cleaned for storing: U+061C, 200E-200F, 202A-202E,
 * 2066-2069 and C0/C1 controls but tab and newline are dropped (CRLF and CR
 * become LF), FB50-FDFF and FE70-FEFC become base letters (U+FD3E and U+FD3F,
 * the ornate parentheses, stay), U+FEFF goes. Idempotent. out grows by at most
 * 18 times text.len.
 */
void ark_clean_text(ark_str text, struct ark_buf *out);

/**
 * Appends the token to out, cleaned for matching. Idempotent. Empty when only
 * marks were in it. out grows by at most 11 times token.len (not at all in
 * tokens of plain letters). Of one letter's marks the first 62 count.
 */
void ark_clean_token(ark_str token, struct ark_buf *out);

#endif
