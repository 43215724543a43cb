/**
 * @file fuzz_query.c
 * Any bytes as a query, read with and without the options that the first byte
 * chooses: parsing never fails but for limits and exclusions alone; the tree
 * keeps its invariants, words are numbered from left to right, every place lies
 * inside the text.
 */
#include "fuzz_target.h"
#include "searcher/query.h"
#include "tests/support/query_tree.h"

enum { TREE_BYTES_MAX = 1 << 28 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const struct ark_date_range dates = {20160101, 20161231};
    struct ark_query_options options = {.all = (data[0] & 1) != 0,
                                        .exact = (data[0] & 2) != 0,
                                        .phrase = (data[0] & 12) == 12,
                                        .dates = (data[0] & 16) != 0 ? &dates : NULL};
    struct ark_analyzer *analyzer = ark_analyzer_new();
    struct ark_arena arena = ark_arena_make();
    struct ark_query *query = NULL;
    struct ark_error error;
    enum ark_status status = ark_query_parse(ark_str_make(data + 1, size - 1), &options, analyzer,
                                             &arena, &query, &error);
    ARK_ASSERT(status == ARK_OK || status == ARK_E_ARGUMENT || status == ARK_E_LIMIT);
    if (status == ARK_OK) {
        query_tree_check(query);
        struct ark_buf tree = ark_buf_make(TREE_BYTES_MAX);
        query_tree_write(query, &tree);
        ark_buf_dispose(&tree);
    }
    ark_arena_dispose(&arena);
    ark_analyzer_free(analyzer);
    return 0;
}
