/**
 * @file word_number.h
 * Words one by one into a table that takes them from a queue.
 */
#ifndef ARK_TESTS_SUPPORT_WORD_NUMBER_H
#define ARK_TESTS_SUPPORT_WORD_NUMBER_H

#include "common/base/compiler.h"
#include "common/text/word_table.h"

/** The number of a word in the table, which has it then. */
static inline uint32_t
test_word_number(struct ark_word_table *table, const struct ark_word *word)
{
    struct ark_word_queue queue = ark_word_queue_make();
    uint32_t number = 0;
    ark_word_queue_add(&queue, word);
    ark_word_table_take(table, &queue, &number);
    ARK_ASSERT(queue.count == 0);
    ark_word_queue_dispose(&queue);
    return number;
}

#endif
