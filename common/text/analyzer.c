#include "common/text/analyzer.h"

#include "common/base/buf.h"
#include "common/base/compiler.h"
#include "common/base/hashmap.h"
#include "common/base/memory.h"
#include "common/text/clean.h"
#include "common/text/levels.h"
#include "common/text/stem.h"
#include "common/text/surface_cache.h"
#include "common/text/tables.h"

/**
 * A word's record is its key in the map of words:
 *   u8 form bytes; u8 light start; u8 light bytes; u8 stem bytes; form, stem, skeleton
 * The light form is a piece of the form. Everything but the stem follows from
 * the form, so equal records mean equal (form, stem).
 */
enum { HEAD_BYTES = 4, RECORD_BYTES_MAX = HEAD_BYTES + 3 * ARK_TERM_BYTES_MAX };

/** Buffers that a huge token has stretched beyond this are given back. */
enum { SCRATCH_BYTES_KEPT = 64 << 10 };

struct ark_analyzer {
    struct ark_surface_cache *cache;
    struct ark_hashmap words;
    struct ark_stemmer *stemmer;
    struct ark_buf cleaned;
    struct ark_buf form;
    struct ark_buf skeleton;
    struct ark_buf record;
};

struct ark_analyzer *
ark_analyzer_new(void)
{
    struct ark_analyzer *analyzer = ark_xcalloc(1, sizeof *analyzer);
    analyzer->cache = ark_surface_cache_new();
    analyzer->words = ark_hashmap_make();
    analyzer->stemmer = ark_stemmer_new();
    analyzer->cleaned = ark_buf_make(SIZE_MAX / 2);
    analyzer->form = ark_buf_make(SIZE_MAX / 2);
    analyzer->skeleton = ark_buf_make(ARK_TERM_BYTES_MAX);
    analyzer->record = ark_buf_make(RECORD_BYTES_MAX);
    return analyzer;
}

void
ark_analyzer_free(struct ark_analyzer *analyzer)
{
    if (analyzer == NULL) {
        return;
    }
    ark_surface_cache_free(analyzer->cache);
    ark_hashmap_dispose(&analyzer->words);
    ark_stemmer_free(analyzer->stemmer);
    ark_buf_dispose(&analyzer->cleaned);
    ark_buf_dispose(&analyzer->form);
    ark_buf_dispose(&analyzer->skeleton);
    ark_buf_dispose(&analyzer->record);
    free(analyzer);
}

/**
 * The levels of a form with the token it was folded from. The script is read
 * off the form, not taken from the token: a form has one family however the
 * token was written.
 */
static struct ark_word
analyze(struct ark_analyzer *analyzer, ark_str cleaned, ark_str form)
{
    struct ark_word word = {{form, form, form, form}};
    if (form.len > ARK_LEVELS_BYTES_MAX) {
        return word;
    }
    enum ark_script script = ark_level_script(form);
    if (script == ARK_SCRIPT_ARABIC) {
        word.level[ARK_LEVEL_LIGHT] = ark_level_light(form);
        ark_buf_clear(&analyzer->skeleton);
        ark_level_family(word.level[ARK_LEVEL_LIGHT], &analyzer->skeleton);
        word.level[ARK_LEVEL_STEM] = ark_stem_arabic(analyzer->stemmer, cleaned);
        word.level[ARK_LEVEL_SKELETON] = ark_buf_view(&analyzer->skeleton);
    } else if (script == ARK_SCRIPT_LATIN) {
        ark_str stem = ark_stem_english(analyzer->stemmer, cleaned);
        word.level[ARK_LEVEL_STEM] = stem;
        word.level[ARK_LEVEL_SKELETON] = stem;
    }
    return word;
}

/** The number of a word, new or not. */
static uint32_t
intern_word(struct ark_analyzer *analyzer, const struct ark_word *word)
{
    ark_str form = word->level[ARK_LEVEL_FORM];
    ark_str light = word->level[ARK_LEVEL_LIGHT];
    ark_str stem = word->level[ARK_LEVEL_STEM];
    ARK_ASSERT(form.len <= ARK_TERM_BYTES_MAX);
    ARK_ASSERT(stem.len <= ARK_TERM_BYTES_MAX);
    ARK_ASSERT(light.bytes >= form.bytes && light.bytes + light.len <= form.bytes + form.len);
    struct ark_buf *record = &analyzer->record;
    ark_buf_clear(record);
    ark_buf_push(record, (uint8_t)form.len);
    ark_buf_push(record, (uint8_t)(light.bytes - form.bytes));
    ark_buf_push(record, (uint8_t)light.len);
    ark_buf_push(record, (uint8_t)stem.len);
    ark_buf_append_str(record, form);
    ark_buf_append_str(record, stem);
    ark_buf_append_str(record, word->level[ARK_LEVEL_SKELETON]);
    return ark_hashmap_intern(&analyzer->words, ark_buf_view(record));
}

static void
shrink(struct ark_buf *buf)
{
    if (buf->capacity > SCRATCH_BYTES_KEPT) {
        ark_buf_dispose(buf);
    }
}

/** The number of a token that the cache does not know. */
static uint32_t
intern_uncached(struct ark_analyzer *analyzer, ark_str token)
{
    ark_buf_clear(&analyzer->cleaned);
    ark_clean_token(token, &analyzer->cleaned);
    if (analyzer->cleaned.len == 0) {
        return ARK_WORD_NONE;
    }
    ark_str cleaned = ark_buf_view(&analyzer->cleaned);
    ark_level_form_cut(cleaned, &analyzer->form);
    struct ark_word word = analyze(analyzer, cleaned, ark_buf_view(&analyzer->form));
    uint32_t number = intern_word(analyzer, &word);
    shrink(&analyzer->cleaned);
    shrink(&analyzer->form);
    return number;
}

uint32_t
ark_analyzer_intern(struct ark_analyzer *analyzer, ark_str token, enum ark_script script)
{
    (void)script; // what the levels need of it is read off the form
    uint32_t number = ark_surface_cache_find(analyzer->cache, token);
    if (ARK_UNLIKELY(number == ARK_SURFACE_ABSENT)) {
        number = intern_uncached(analyzer, token);
        ark_surface_cache_put(analyzer->cache, token, number);
    }
    return number;
}

void
ark_analyzer_intern_many(struct ark_analyzer *analyzer, ark_str text,
                         const struct ark_token *tokens, size_t count, uint32_t *numbers)
{
    // Far enough ahead to hide a read from memory, near enough to be still there.
    enum { AHEAD = 8 };
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            const struct ark_token *later = &tokens[i + AHEAD];
            ark_surface_cache_prefetch(analyzer->cache,
                                       ark_str_slice(text, later->start, later->end));
        }
        ark_str token = ark_str_slice(text, tokens[i].start, tokens[i].end);
        numbers[i] = ark_analyzer_intern(analyzer, token, tokens[i].script);
    }
}

struct ark_word
ark_analyzer_word(const struct ark_analyzer *analyzer, uint32_t number)
{
    ark_str record = ark_hashmap_key(&analyzer->words, number);
    size_t form_end = HEAD_BYTES + (size_t)record.bytes[0];
    size_t light_start = HEAD_BYTES + (size_t)record.bytes[1];
    size_t light_end = light_start + record.bytes[2];
    size_t stem_end = form_end + record.bytes[3];
    return (struct ark_word){{
        ark_str_slice(record, HEAD_BYTES, form_end),
        ark_str_slice(record, light_start, light_end),
        ark_str_slice(record, form_end, stem_end),
        ark_str_slice(record, stem_end, record.len),
    }};
}

uint32_t
ark_analyzer_word_count(const struct ark_analyzer *analyzer)
{
    return analyzer->words.count;
}

size_t
ark_analyzer_bytes(const struct ark_analyzer *analyzer)
{
    return sizeof *analyzer + ark_surface_cache_bytes(analyzer->cache) +
           ark_hashmap_bytes(&analyzer->words) + analyzer->cleaned.capacity +
           analyzer->form.capacity + analyzer->skeleton.capacity + analyzer->record.capacity;
}

void
ark_analyzer_reset(struct ark_analyzer *analyzer)
{
    ark_surface_cache_reset(analyzer->cache);
    ark_hashmap_reset(&analyzer->words);
}

const char *
ark_analyzer_identity(void)
{
    return ark_table_identity;
}
