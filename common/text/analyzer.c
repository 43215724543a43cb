#include "common/text/analyzer.h"

#include "common/base/buf.h"
#include "common/base/compiler.h"
#include "common/base/memory.h"
#include "common/text/clean.h"
#include "common/text/levels.h"
#include "common/text/stem.h"
#include "common/text/surface_cache.h"
#include "common/text/tables.h"
#include "common/text/word_table.h"

/** Buffers that a huge token has stretched beyond this are given back. */
enum { SCRATCH_BYTES_KEPT = 64 << 10 };

struct ark_analyzer {
    struct ark_surface_cache *cache;
    struct ark_word_table *words;
    bool owns_words;
    struct ark_stemmer *stemmer;
    struct ark_word_queue queue;           /**< of tokens that were not in the cache */
    uint32_t *waiting[ARK_WORD_QUEUE_MAX]; /**< where the cache wants their numbers, or NULL */
    struct ark_buf cleaned;
    struct ark_buf form;
    struct ark_buf skeleton;
};

struct ark_analyzer *
ark_analyzer_new_over(struct ark_word_table *words)
{
    struct ark_analyzer *analyzer = ark_xcalloc(1, sizeof *analyzer);
    analyzer->cache = ark_surface_cache_new();
    analyzer->words = words;
    analyzer->stemmer = ark_stemmer_new();
    analyzer->queue = ark_word_queue_make();
    analyzer->cleaned = ark_buf_make(SIZE_MAX / 2);
    analyzer->form = ark_buf_make(SIZE_MAX / 2);
    analyzer->skeleton = ark_buf_make(ARK_TERM_BYTES_MAX);
    return analyzer;
}

struct ark_analyzer *
ark_analyzer_new(void)
{
    struct ark_analyzer *analyzer = ark_analyzer_new_over(ark_word_table_new());
    analyzer->owns_words = true;
    return analyzer;
}

void
ark_analyzer_free(struct ark_analyzer *analyzer)
{
    if (analyzer == NULL) {
        return;
    }
    ark_surface_cache_free(analyzer->cache);
    if (analyzer->owns_words) {
        ark_word_table_free(analyzer->words);
    }
    ark_stemmer_free(analyzer->stemmer);
    ark_word_queue_dispose(&analyzer->queue);
    ark_buf_dispose(&analyzer->cleaned);
    ark_buf_dispose(&analyzer->form);
    ark_buf_dispose(&analyzer->skeleton);
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
        // Snowball takes the ending off: a Syrian would be a chapter of the Qur'an.
        if (word.level[ARK_LEVEL_STEM].len < word.level[ARK_LEVEL_LIGHT].len &&
            ark_level_is_whole(word.level[ARK_LEVEL_LIGHT])) {
            word.level[ARK_LEVEL_STEM] = word.level[ARK_LEVEL_LIGHT];
        }
        word.level[ARK_LEVEL_SKELETON] = ark_buf_view(&analyzer->skeleton);
    } else if (script == ARK_SCRIPT_LATIN) {
        ark_str stem = ark_stem_english(analyzer->stemmer, form);
        word.level[ARK_LEVEL_STEM] = stem;
        word.level[ARK_LEVEL_SKELETON] = stem;
    }
    return word;
}

static void
shrink(struct ark_buf *buf)
{
    if (buf->capacity > SCRATCH_BYTES_KEPT) {
        ark_buf_dispose(buf);
    }
}

/** Puts the word of a token into the queue; false when it is nothing after cleaning. */
static bool
queue_word(struct ark_analyzer *analyzer, ark_str token)
{
    ark_buf_clear(&analyzer->cleaned);
    ark_clean_token(token, &analyzer->cleaned);
    if (analyzer->cleaned.len == 0) {
        return false;
    }
    ark_str cleaned = ark_buf_view(&analyzer->cleaned);
    ark_level_form_cut(cleaned, &analyzer->form);
    struct ark_word word = analyze(analyzer, cleaned, ark_buf_view(&analyzer->form));
    ark_word_queue_add(&analyzer->queue, &word);
    shrink(&analyzer->cleaned);
    shrink(&analyzer->form);
    return true;
}

/** What stands for the number of the first word of the queue, until it has one; the others follow. */
static const uint32_t FIRST_WAITING = ARK_SURFACE_ABSENT - ARK_WORD_QUEUE_MAX;

/** The number, or what stands for it, of a token that was made ready for the cache. */
static uint32_t
intern_probed(struct ark_analyzer *analyzer, ark_str token, const struct ark_surface_probe *probe)
{
    uint32_t number = ark_surface_cache_find(analyzer->cache, probe, token);
    if (ARK_LIKELY(number != ARK_SURFACE_ABSENT)) {
        return number;
    }
    size_t place = analyzer->queue.count;
    bool waits = queue_word(analyzer, token);
    number = waits ? FIRST_WAITING + (uint32_t)place : ARK_WORD_NONE;
    uint32_t *kept = ark_surface_cache_put(analyzer->cache, token, number);
    if (waits) {
        analyzer->waiting[place] = kept;
    }
    return number;
}

/** Gives the words of the queue their numbers, in the cache and among these numbers. */
static void
empty_queue(struct ark_analyzer *analyzer, uint32_t *numbers, size_t count)
{
    uint32_t taken[ARK_WORD_QUEUE_MAX];
    size_t taken_count = analyzer->queue.count;
    if (taken_count == 0) {
        return;
    }
    ark_word_table_take(analyzer->words, &analyzer->queue, taken);
    for (size_t i = 0; i < taken_count; i++) {
        ARK_ASSERT(taken[i] < FIRST_WAITING);
        if (analyzer->waiting[i] != NULL) {
            *analyzer->waiting[i] = taken[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] - FIRST_WAITING < taken_count) {
            numbers[i] = taken[numbers[i] - FIRST_WAITING];
        }
    }
}

uint32_t
ark_analyzer_intern(struct ark_analyzer *analyzer, ark_str token, enum ark_script script)
{
    (void)script; // what the levels need of it is read off the form
    struct ark_surface_probe probe = ark_surface_cache_probe(analyzer->cache, token);
    ark_surface_cache_make_room(analyzer->cache, 1);
    uint32_t number = intern_probed(analyzer, token, &probe);
    empty_queue(analyzer, &number, 1);
    return number;
}

static ark_str
token_bytes(ark_str text, const struct ark_token *token)
{
    return ark_str_slice(text, token->start, token->end);
}

/** The same for so many tokens as the cache can have room for. */
static void
intern_some(struct ark_analyzer *analyzer, ark_str text, const struct ark_token *tokens,
            size_t count, uint32_t *numbers)
{
    // Far enough ahead to hide a read from memory, near enough to be still there.
    enum { AHEAD = 8 };
    struct ark_surface_probe probes[AHEAD];
    size_t done = 0; // whose words wait no more
    ark_surface_cache_make_room(analyzer->cache, count);
    for (size_t i = 0; i < AHEAD && i < count; i++) {
        probes[i] = ark_surface_cache_probe(analyzer->cache, token_bytes(text, &tokens[i]));
    }
    for (size_t i = 0; i < count; i++) {
        struct ark_surface_probe probe = probes[i % AHEAD];
        if (i + AHEAD < count) {
            probes[i % AHEAD] =
                ark_surface_cache_probe(analyzer->cache, token_bytes(text, &tokens[i + AHEAD]));
        }
        if (analyzer->queue.count == ARK_WORD_QUEUE_MAX) {
            empty_queue(analyzer, numbers + done, i - done);
            done = i;
        }
        numbers[i] = intern_probed(analyzer, token_bytes(text, &tokens[i]), &probe);
    }
    empty_queue(analyzer, numbers + done, count - done);
}

void
ark_analyzer_intern_many(struct ark_analyzer *analyzer, ark_str text,
                         const struct ark_token *tokens, size_t count, uint32_t *numbers)
{
    for (size_t done = 0; done < count; done += ARK_SURFACE_ROOM_MAX) {
        size_t left = count - done;
        size_t now = left < ARK_SURFACE_ROOM_MAX ? left : ARK_SURFACE_ROOM_MAX;
        intern_some(analyzer, text, tokens + done, now, numbers + done);
    }
}

struct ark_word
ark_analyzer_word(const struct ark_analyzer *analyzer, uint32_t number)
{
    return ark_word_table_word(analyzer->words, number);
}

uint32_t
ark_analyzer_word_count(const struct ark_analyzer *analyzer)
{
    return ark_word_table_count(analyzer->words);
}

struct ark_word_table *
ark_analyzer_words(struct ark_analyzer *analyzer)
{
    return analyzer->words;
}

size_t
ark_analyzer_bytes(const struct ark_analyzer *analyzer)
{
    return sizeof *analyzer + ark_surface_cache_bytes(analyzer->cache) +
           (analyzer->owns_words ? ark_word_table_bytes(analyzer->words) : 0) +
           analyzer->cleaned.capacity + analyzer->form.capacity + analyzer->skeleton.capacity;
}

void
ark_analyzer_reset(struct ark_analyzer *analyzer)
{
    ARK_ASSERT(analyzer->owns_words);
    ark_surface_cache_reset(analyzer->cache);
    ark_word_table_reset(analyzer->words);
}

void
ark_analyzer_shed(struct ark_analyzer *analyzer)
{
    ark_surface_cache_free(analyzer->cache);
    analyzer->cache = ark_surface_cache_new();
}

void
ark_analyzer_renew_words(struct ark_analyzer *analyzer, struct ark_word_table *words)
{
    ARK_ASSERT(!analyzer->owns_words);
    ark_surface_cache_reset(analyzer->cache);
    analyzer->words = words;
}

const char *
ark_analyzer_identity(void)
{
    return ark_table_identity;
}
