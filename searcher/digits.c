#include "searcher/digits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"

const char *const ark_digits_names[] = {"ascii", "arab", "locale", NULL};

/** The locale that numbers are written in: the first of these that is set. */
static const char *
numeric_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_NUMERIC", "LANG"};
    for (size_t i = 0; i < ARK_COUNT_OF(names); i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return value;
        }
    }
    return "C";
}

enum ark_digits
ark_digits_resolve(enum ark_digits digits)
{
    // Where Arabic is written with the digits of Europe (Unicode CLDR 42, numbering systems).
    static const char *const european[] = {"ar_AE", "ar_DZ", "ar_EH", "ar_LY", "ar_MA", "ar_TN"};
    const char *locale = numeric_locale();
    if (digits != ARK_DIGITS_LOCALE) {
        return digits;
    }
    bool arabic = strncmp(locale, "ar", 2) == 0 && strchr("_.@", locale[2]) != NULL;
    for (size_t i = 0; i < ARK_COUNT_OF(european); i++) {
        arabic = arabic && strncmp(locale, european[i], strlen(european[i])) != 0;
    }
    return arabic ? ARK_DIGITS_ARAB : ARK_DIGITS_ASCII;
}
