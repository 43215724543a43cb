#include "tests/support/hot_lists.h"

#include <math.h>

#include "common/base/memory.h"
#include "common/store/lists.h"
#include "common/store/segment.h"

static double
uniform(struct test_random *random)
{
    return (double)(test_random_u64(random) >> 11) * 0x1p-53;
}

static uint32_t
random_length(struct test_random *random, bool long_documents)
{
    double spread = exp(2 * (uniform(random) + uniform(random) - 1));
    return (uint32_t)((long_documents ? 4000 : 300) * spread) + 1;
}

static uint32_t
random_tf(struct test_random *random, uint32_t length)
{
    uint32_t tf = 1;
    while (tf < length && tf < 1000 && uniform(random) < (length > 2000 ? 0.9 : 0.35)) {
        tf++;
    }
    return tf;
}

/** Adds the postings of a term that a document has with probability share. */
static void
add_postings(struct test_random *random, const struct hot_segment *segment, double share, bool runs,
             struct ark_hot_writer *writer)
{
    bool inside = false;
    for (uint32_t doc = 0; doc < segment->document_count; doc++) {
        inside = uniform(random) < (runs ? (inside ? 0.9 : share / 9) : share);
        if (!inside) {
            continue;
        }
        uint32_t length = ark_norm_decode(segment->norms[doc]);
        uint32_t tf = random_tf(random, length);
        double k = ARK_BOUND_K1 * (1 - ARK_BOUND_B + ARK_BOUND_B * length / segment->mean_length);
        ark_hot_writer_add(writer, doc, tf, (uint8_t)ceil(255 * tf / (tf + k)));
    }
}

struct hot_segment
hot_segment_make(struct test_random *random, const struct hot_shape *shape)
{
    struct hot_segment segment = {
        .document_count = shape->document_count,
        .norms = ark_xmalloc(shape->document_count),
        .dead = ark_xcalloc(shape->document_count, 1),
        .lists = ark_xcalloc(shape->term_count, sizeof *segment.lists),
        .bytes = ark_buf_make(SIZE_MAX),
    };
    uint64_t tokens = 0;
    for (uint32_t doc = 0; doc < shape->document_count; doc++) {
        uint32_t length = random_length(random, shape->long_documents);
        segment.norms[doc] = ark_norm_encode(length);
        segment.dead[doc] = shape->dead_in > 0 && test_random_one_in(random, shape->dead_in);
        tokens += length;
    }
    segment.mean_length = (double)tokens / shape->document_count;
    size_t *starts = ark_xcalloc(shape->term_count + 1, sizeof *starts);
    uint32_t *dfs = ark_xcalloc(shape->term_count, sizeof *dfs);
    struct ark_hot_writer writer = ark_hot_writer_make();
    for (uint32_t term = 0; term < shape->term_count; term++) {
        bool runs = shape->runs_in > 0 && test_random_one_in(random, shape->runs_in);
        add_postings(random, &segment, shape->densest / (term + 1), runs, &writer);
        dfs[term] = ark_hot_writer_df(&writer);
        if (dfs[term] > 0) {
            ark_hot_writer_finish(&writer, &segment.bytes);
        }
        starts[term + 1] = segment.bytes.len;
    }
    for (uint32_t term = 0; term < shape->term_count; term++) {
        ark_str record =
            ark_str_slice(ark_buf_view(&segment.bytes), starts[term], starts[term + 1]);
        bool ok = dfs[term] == 0 ||
                  ark_hot_open(&segment.lists[term], record, dfs[term], segment.document_count);
        ARK_ASSERT(ok);
    }
    ark_hot_writer_dispose(&writer);
    free(starts);
    free(dfs);
    return segment;
}

void
hot_segment_dispose(struct hot_segment *segment)
{
    free(segment->norms);
    free(segment->dead);
    free(segment->lists);
    ark_buf_dispose(&segment->bytes);
}
