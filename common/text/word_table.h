/**
 * @file word_table.h
 * The distinct words of a run and their numbers, shared by the analyzers of
 * several threads.
 *
 * A word is a distinct (form, stem); light form and family are functions of the
 * form. Words and families are numbered from 0 up in the order in which they
 * come, which with several threads is by chance: whoever wants an order sorts.
 *
 * ark_word_table_take, _count, _family_count, _bytes and _shed_bytes may be called by several threads at
 * once, and so may ark_word_table_form_hash and _prefetch_hash with numbers the calling thread has
 * got. All else needs the table alone.
 */
#ifndef ARK_TEXT_WORD_TABLE_H
#define ARK_TEXT_WORD_TABLE_H

#include "common/base/buf.h"
#include "common/text/analyzer.h"

/** An empty table. Never NULL. */
struct ark_word_table *ark_word_table_new(void);
/** Frees it; takes NULL. */
void ark_word_table_free(struct ark_word_table *table);

/** Words of a queue at most. */
enum { ARK_WORD_QUEUE_MAX = 64 };

/** A word in a queue: its record and its family's key lie one after the other. */
struct ark_queued_word {
    uint64_t hash; /**< of the record */
    uint64_t family_hash;
    uint64_t form_hash;
    size_t start; /**< of the record in bytes */
    size_t record_bytes;
    size_t key_bytes;
};

/**
 * Words on their way into a table, so that it is locked once for several, and
 * the memory they need is fetched at once. One thread's own; the fields are the
 * module's, but for count.
 */
struct ark_word_queue {
    struct ark_buf bytes;
    struct ark_queued_word words[ARK_WORD_QUEUE_MAX];
    size_t count;
};

/** An empty queue; nothing is allocated yet. */
struct ark_word_queue ark_word_queue_make(void);
/** Frees what it holds. */
void ark_word_queue_dispose(struct ark_word_queue *queue);
/** Puts a word, which is copied, behind the others; fewer than ARK_WORD_QUEUE_MAX wait. */
void ark_word_queue_add(struct ark_word_queue *queue, const struct ark_word *word);
/**
 * Empties the queue into the table; numbers, with room for its count, are those
 * of its words, new or not. Cost: a hash look-up a word, two for a new one.
 */
void ark_word_table_take(struct ark_word_table *table, struct ark_word_queue *queue,
                         uint32_t *numbers);
/** How many words have numbers. */
uint32_t ark_word_table_count(struct ark_word_table *table);
/** The word of a number; its views are valid until reset or free. */
struct ark_word ark_word_table_word(const struct ark_word_table *table, uint32_t number);
/** Fetches what ark_word_table_prefetch_text and the rest of ark_word_table_word will look at. */
void ark_word_table_prefetch(const struct ark_word_table *table, uint32_t number);
/** Fetches the texts of a word. */
void ark_word_table_prefetch_text(const struct ark_word_table *table, uint32_t number);
/** The number of a word's family. */
uint32_t ark_word_table_family(const struct ark_word_table *table, uint32_t number);
/** How many families there are. */
uint32_t ark_word_table_family_count(struct ark_word_table *table);
/** The key (skeleton) of a family; valid until reset or free. */
ark_str ark_word_table_family_key(const struct ark_word_table *table, uint32_t family);
/** ark_form_hash of the word's form, without looking at its text. */
uint64_t ark_word_table_form_hash(const struct ark_word_table *table, uint32_t number);
/** Fetches what ark_word_table_form_hash will look at. */
void ark_word_table_prefetch_hash(const struct ark_word_table *table, uint32_t number);
/** Gives back the memory that numbering words needs: until reset no word may come. */
void ark_word_table_shed(struct ark_word_table *table);
/** Forgets all words and families and keeps memory for as many; numbers start at 0 again. */
void ark_word_table_reset(struct ark_word_table *table);
/** Bytes held, for budgets. */
size_t ark_word_table_bytes(struct ark_word_table *table);
/** Bytes that will be held once it has shed. */
size_t ark_word_table_shed_bytes(struct ark_word_table *table);

/**
 * A 64-bit hash of a form that is the same in every run, on every machine and
 * in every version: what near-duplicate sketches on disk are made of. Not
 * against attackers who choose words.
 */
uint64_t ark_form_hash(ark_str form);

#endif
