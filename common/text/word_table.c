#include "common/text/word_table.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/hashmap.h"
#include "common/base/memory.h"

/**
 * A word's record is its key in the map of words:
 *   u8 form bytes; u8 light start; u8 light bytes; form, stem
 * The light form is a piece of the form. Everything but the stem follows from
 * the form, so equal records mean equal (form, stem).
 */
enum { HEAD_BYTES = 3, RECORD_BYTES_MAX = HEAD_BYTES + 2 * ARK_TERM_BYTES_MAX };

/** What is kept beside a word's record. */
struct row {
    uint64_t form_hash;
    uint32_t family;
};

/** Block i has ROWS_FIRST << i rows; so rows never move while other threads read them. */
enum { ROWS_FIRST = 256, BLOCK_COUNT = 25 };

struct ark_word_table {
    pthread_mutex_t mutex;
    struct ark_hashmap words;
    struct ark_hashmap families; /**< by key */
    struct row *blocks[BLOCK_COUNT];
    size_t row_count;
};

struct ark_word_table *
ark_word_table_new(void)
{
    struct ark_word_table *table = ark_xcalloc(1, sizeof *table);
    int rc = pthread_mutex_init(&table->mutex, NULL);
    ARK_ASSERT(rc == 0);
    table->words = ark_hashmap_make();
    table->families = ark_hashmap_make();
    return table;
}

void
ark_word_table_free(struct ark_word_table *table)
{
    if (table == NULL) {
        return;
    }
    (void)pthread_mutex_destroy(&table->mutex);
    ark_hashmap_dispose(&table->words);
    ark_hashmap_dispose(&table->families);
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        free(table->blocks[i]);
    }
    free(table);
}

/** The row of a number: its block follows from its highest bit. */
static struct row *
row_of(const struct ark_word_table *table, uint32_t number)
{
    uint64_t shifted = (uint64_t)number + ROWS_FIRST;
    unsigned block = 63u - (unsigned)__builtin_clzll(shifted) - 8u;
    _Static_assert(ROWS_FIRST == 1 << 8, "the shift above");
    return &table->blocks[block][shifted - ((uint64_t)ROWS_FIRST << block)];
}

/** Makes the block of a number if it is the first in it. */
static void
make_row(struct ark_word_table *table, uint32_t number)
{
    uint64_t shifted = (uint64_t)number + ROWS_FIRST;
    if ((shifted & (shifted - 1)) == 0) {
        unsigned block = 63u - (unsigned)__builtin_clzll(shifted) - 8u;
        ARK_ASSERT(block < BLOCK_COUNT);
        if (table->blocks[block] == NULL) {
            table->blocks[block] = ark_xcalloc(shifted, sizeof(struct row));
            table->row_count += shifted;
        }
    }
}

struct ark_word_queue
ark_word_queue_make(void)
{
    enum { WORD_BYTES_MAX = RECORD_BYTES_MAX + ARK_TERM_BYTES_MAX };
    return (struct ark_word_queue){
        .bytes = ark_buf_make((size_t)ARK_WORD_QUEUE_MAX * WORD_BYTES_MAX),
    };
}

void
ark_word_queue_dispose(struct ark_word_queue *queue)
{
    ark_buf_dispose(&queue->bytes);
    queue->count = 0;
}

static void
append_record(const struct ark_word *word, struct ark_buf *out)
{
    ark_str form = word->level[ARK_LEVEL_FORM];
    ark_str light = word->level[ARK_LEVEL_LIGHT];
    ark_str stem = word->level[ARK_LEVEL_STEM];
    ARK_ASSERT(form.len <= ARK_TERM_BYTES_MAX);
    ARK_ASSERT(stem.len <= ARK_TERM_BYTES_MAX);
    ARK_ASSERT(light.bytes >= form.bytes && light.bytes + light.len <= form.bytes + form.len);
    ark_buf_push(out, (uint8_t)form.len);
    ark_buf_push(out, (uint8_t)(light.bytes - form.bytes));
    ark_buf_push(out, (uint8_t)light.len);
    ark_buf_append_str(out, form);
    ark_buf_append_str(out, stem);
}

void
ark_word_queue_add(struct ark_word_queue *queue, const struct ark_word *word)
{
    ARK_ASSERT(queue->count < ARK_WORD_QUEUE_MAX);
    ark_str key = word->level[ARK_LEVEL_SKELETON];
    size_t start = queue->bytes.len;
    append_record(word, &queue->bytes);
    size_t record_end = queue->bytes.len;
    ark_buf_append_str(&queue->bytes, key);
    queue->words[queue->count++] = (struct ark_queued_word){
        .hash = ark_hash_bytes(ark_str_slice(ark_buf_view(&queue->bytes), start, record_end)),
        .family_hash = ark_hash_bytes(key),
        .form_hash = ark_form_hash(word->level[ARK_LEVEL_FORM]),
        .start = start,
        .record_bytes = record_end - start,
        .key_bytes = key.len,
    };
}

/**
 * With several threads the table is wanted often and held for less time than it
 * takes to wake a thread that sleeps, so that trying again comes first.
 */
static void
lock(struct ark_word_table *table)
{
    enum { TRIES = 100 };
    for (unsigned i = 0; i < TRIES; i++) {
        if (pthread_mutex_trylock(&table->mutex) == 0) {
            return;
        }
    }
    int rc = pthread_mutex_lock(&table->mutex);
    ARK_ASSERT(rc == 0);
}

/** Fetches what interning the words will read: most of them are new, or met by another thread. */
static void
fetch(const struct ark_word_table *table, const struct ark_word_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++) {
        ark_hashmap_prefetch(&table->words, queue->words[i].hash);
        ark_hashmap_prefetch(&table->families, queue->words[i].family_hash);
    }
    for (size_t i = 0; i < queue->count; i++) {
        ark_hashmap_prefetch_key(&table->words, queue->words[i].hash);
        ark_hashmap_prefetch_key(&table->families, queue->words[i].family_hash);
    }
}

void
ark_word_table_take(struct ark_word_table *table, struct ark_word_queue *queue, uint32_t *numbers)
{
    lock(table);
    fetch(table, queue);
    for (size_t i = 0; i < queue->count; i++) {
        const struct ark_queued_word *word = &queue->words[i];
        ark_str record = ark_str_make(queue->bytes.bytes + word->start, word->record_bytes);
        uint32_t before = table->words.count;
        uint32_t number = ark_hashmap_intern_hashed(&table->words, record, word->hash);
        if (number == before) {
            ark_str key = ark_str_make(record.bytes + record.len, word->key_bytes);
            make_row(table, number);
            *row_of(table, number) = (struct row){
                .form_hash = word->form_hash,
                .family = ark_hashmap_intern_hashed(&table->families, key, word->family_hash),
            };
        }
        numbers[i] = number;
    }
    (void)pthread_mutex_unlock(&table->mutex);
    ark_buf_clear(&queue->bytes);
    queue->count = 0;
}

uint32_t
ark_word_table_count(struct ark_word_table *table)
{
    lock(table);
    uint32_t count = table->words.count;
    (void)pthread_mutex_unlock(&table->mutex);
    return count;
}

struct ark_word
ark_word_table_word(const struct ark_word_table *table, uint32_t number)
{
    ark_str record = ark_hashmap_key(&table->words, number);
    size_t form_end = HEAD_BYTES + (size_t)record.bytes[0];
    size_t light_start = HEAD_BYTES + (size_t)record.bytes[1];
    return (struct ark_word){{
        ark_str_slice(record, HEAD_BYTES, form_end),
        ark_str_slice(record, light_start, light_start + record.bytes[2]),
        ark_str_slice(record, form_end, record.len),
        ark_hashmap_key(&table->families, row_of(table, number)->family),
    }};
}

void
ark_word_table_prefetch(const struct ark_word_table *table, uint32_t number)
{
    ARK_PREFETCH(&table->words.keys[number]);
    ARK_PREFETCH(row_of(table, number));
}

void
ark_word_table_prefetch_text(const struct ark_word_table *table, uint32_t number)
{
    ARK_PREFETCH(table->words.keys[number].bytes);
}

uint32_t
ark_word_table_family(const struct ark_word_table *table, uint32_t number)
{
    ARK_DEBUG_ASSERT(number < table->words.count);
    return row_of(table, number)->family;
}

uint32_t
ark_word_table_family_count(struct ark_word_table *table)
{
    lock(table);
    uint32_t count = table->families.count;
    (void)pthread_mutex_unlock(&table->mutex);
    return count;
}

ark_str
ark_word_table_family_key(const struct ark_word_table *table, uint32_t family)
{
    return ark_hashmap_key(&table->families, family);
}

uint64_t
ark_word_table_form_hash(const struct ark_word_table *table, uint32_t number)
{
    return row_of(table, number)->form_hash;
}

void
ark_word_table_prefetch_hash(const struct ark_word_table *table, uint32_t number)
{
    ARK_PREFETCH(row_of(table, number));
}

void
ark_word_table_shed(struct ark_word_table *table)
{
    ark_hashmap_shed(&table->words);
    ark_hashmap_shed(&table->families);
}

void
ark_word_table_reset(struct ark_word_table *table)
{
    ark_hashmap_reset(&table->words);
    ark_hashmap_reset(&table->families);
}

size_t
ark_word_table_bytes(struct ark_word_table *table)
{
    lock(table);
    size_t bytes = sizeof *table + ark_hashmap_bytes(&table->words) +
                   ark_hashmap_bytes(&table->families) + table->row_count * sizeof(struct row);
    (void)pthread_mutex_unlock(&table->mutex);
    return bytes;
}

size_t
ark_word_table_shed_bytes(struct ark_word_table *table)
{
    lock(table);
    size_t slots = table->words.slot_count + table->families.slot_count;
    (void)pthread_mutex_unlock(&table->mutex);
    return ark_word_table_bytes(table) - slots * sizeof(struct ark_hashmap_slot);
}

/** MurmurHash64A (Austin Appleby 2008, public domain), read little-endian on every machine. */
uint64_t
ark_form_hash(ark_str form)
{
    static const uint64_t FACTOR = 0xC6A4A7935BD1E995U;
    uint64_t hash = form.len * FACTOR;
    for (size_t at = 0; at < form.len; at += 8) {
        size_t left = form.len - at;
        uint64_t piece = 0;
        for (size_t i = 0; i < 8 && i < left; i++) {
            piece |= (uint64_t)form.bytes[at + i] << (8 * i);
        }
        if (left < 8) {
            hash = (hash ^ piece) * FACTOR;
        } else {
            piece *= FACTOR;
            hash = (hash ^ (piece ^ piece >> 47) * FACTOR) * FACTOR;
        }
    }
    hash = (hash ^ hash >> 47) * FACTOR;
    return hash ^ hash >> 47;
}
