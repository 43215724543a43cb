#include "common/text/stem.h"

#include <libstemmer.h>

#include "common/base/compiler.h"
#include "common/base/memory.h"

struct ark_stemmer {
    struct sb_stemmer *arabic;
    struct sb_stemmer *english;
};

/** Longer input would let Snowball's time grow without bound; callers cut words first. */
enum { WORD_BYTES_MAX = 255 };

/** About what Snowball needs; that it had no memory is all that it says. */
enum { STEMMER_BYTES = 1 << 10 };

struct ark_stemmer *
ark_stemmer_new(void)
{
    struct ark_stemmer *stemmer = ark_xcalloc(1, sizeof *stemmer);
    stemmer->arabic = sb_stemmer_new("arabic", "UTF_8");
    stemmer->english = sb_stemmer_new("english", "UTF_8");
    if (stemmer->arabic == NULL || stemmer->english == NULL) {
        ark_out_of_memory(STEMMER_BYTES);
    }
    return stemmer;
}

void
ark_stemmer_free(struct ark_stemmer *stemmer)
{
    if (stemmer != NULL) {
        sb_stemmer_delete(stemmer->arabic);
        sb_stemmer_delete(stemmer->english);
        free(stemmer);
    }
}

static ark_str
stem(struct sb_stemmer *snowball, ark_str word)
{
    ARK_ASSERT(word.len <= WORD_BYTES_MAX);
    if (word.len == 0) {
        return word;
    }
    const sb_symbol *stemmed = sb_stemmer_stem(snowball, word.bytes, (int)word.len);
    if (stemmed == NULL) {
        ark_out_of_memory(STEMMER_BYTES);
    }
    int length = sb_stemmer_length(snowball);
    return length > 0 ? ark_str_make(stemmed, (size_t)length) : word;
}

ark_str
ark_stem_arabic(struct ark_stemmer *stemmer, ark_str cleaned)
{
    // Alef and lam after one letter; two bytes each.
    static const char article[] = "\xD8\xA7\xD9\x84";
    static const char waw[] = "\xD9\x88";
    static const char feh[] = "\xD9\x81";
    enum { LETTER_BYTES = 2, SIX_LETTERS_BYTES = 12 };
    bool has_article = cleaned.len >= SIX_LETTERS_BYTES &&
                       memcmp(cleaned.bytes + LETTER_BYTES, article, sizeof article - 1) == 0;
    bool has_conjunction = has_article && (memcmp(cleaned.bytes, waw, sizeof waw - 1) == 0 ||
                                           memcmp(cleaned.bytes, feh, sizeof feh - 1) == 0);
    size_t start = has_conjunction ? LETTER_BYTES : 0;
    return stem(stemmer->arabic, ark_str_slice(cleaned, start, cleaned.len));
}

ark_str
ark_stem_english(struct ark_stemmer *stemmer, ark_str cleaned)
{
    return stem(stemmer->english, cleaned);
}
