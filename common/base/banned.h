/**
 * @file banned.h
 * Calls that cannot be used safely, or whose result depends on the locale,
 * turned into compile errors. Included by compiler.h, hence by every file.
 */
#ifndef ARK_BASE_BANNED_H
#define ARK_BASE_BANNED_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARK_BANNED(name) ark_banned_##name##_see_banned_h

#undef strcpy
#define strcpy(to, from) ARK_BANNED(strcpy)
#undef strcat
#define strcat(to, from) ARK_BANNED(strcat)
#undef strncpy
#define strncpy(to, from, size) ARK_BANNED(strncpy)
#undef strncat
#define strncat(to, from, size) ARK_BANNED(strncat)
#undef sprintf
#define sprintf(...) ARK_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) ARK_BANNED(vsprintf)
#undef strtok
#define strtok(text, separators) ARK_BANNED(strtok)
#undef atoi
#define atoi(text) ARK_BANNED(atoi)
#undef atol
#define atol(text) ARK_BANNED(atol)
#undef atof
#define atof(text) ARK_BANNED(atof)

#endif
