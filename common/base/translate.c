#include "common/base/translate.h"

#include <inttypes.h>
#include <libintl.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const char DOMAIN[] = "ark";

static pthread_once_t looked = PTHREAD_ONCE_INIT;
static bool translating;

/** The value of the first of these variables that is set and not empty, or NULL. */
static const char *
first_set(const char *const *names)
{
    for (; *names != NULL; names++) {
        const char *value = getenv(*names);
        if (value != NULL && value[0] != '\0') {
            return value;
        }
    }
    return NULL;
}

/** True when the environment asks for a language other than English. */
static bool
wants_translation(void)
{
    static const char *const LOCALES[] = {"LC_ALL", "LC_MESSAGES", "LANG", NULL};
    static const char *const LANGUAGES[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", NULL};
    const char *locale = first_set(LOCALES);
    if (locale == NULL || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0) {
        return false;
    }
    const char *language = first_set(LANGUAGES);
    return strncmp(language, "en", 2) != 0 && strcmp(language, "C") != 0 &&
           strcmp(language, "C.UTF-8") != 0;
}

static void
look_for_catalogue(void)
{
    if (!wants_translation() || setlocale(LC_MESSAGES, "") == NULL) {
        return;
    }
    const char *dir = getenv("ARK_LOCALE_DIR");
    translating =
        bindtextdomain(DOMAIN, dir != NULL && dir[0] != '\0' ? dir : ARK_LOCALE_DIR) != NULL;
    // Text of documents is UTF-8 whatever the locale, and so are messages.
    (void)bind_textdomain_codeset(DOMAIN, "UTF-8");
}

const char *
ark_translate(const char *text)
{
    (void)pthread_once(&looked, look_for_catalogue);
    // The empty text stands for the head of the catalogue.
    return translating && text[0] != '\0' ? dgettext(DOMAIN, text) : text;
}

void
ark_translate_count(const char *one, const char *many, uint64_t count, struct ark_buf *out)
{
    const char *text = count == 1 ? one : many;
    (void)pthread_once(&looked, look_for_catalogue);
    if (translating) {
        text = dngettext(DOMAIN, one, many, (unsigned long)count);
    }
    const char *place = strstr(text, "{}");
    if (place == NULL) {
        ark_buf_append_str(out, ark_str_from(text));
        return;
    }
    ark_buf_append(out, (const uint8_t *)text, (size_t)(place - text));
    ark_buf_printf(out, "%" PRIu64 "%s", count, place + 2);
}
