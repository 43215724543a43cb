/**
 * @file property_stage1.c
 * Stage 1 by windows gives the hits of scoring every document: random lists,
 * several segments of different mean length, dead documents, words of several
 * lists, parts that are scored by asking the judge, and filters. Lists with changed
 * bytes do no harm.
 *
 * ARK_QUERIES says how many queries to try (3,000).
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "searcher/topk.h"
#include "tests/support/hot_lists.h"

/** A word with spellings has a few lists; all short ones of its family would be many. */
enum { SPELLINGS_MAX = 3, LISTS_MAX = 24 };
enum { SEGMENTS = 3, TERMS = 60, PARTS_MAX = 12, QUERIES_EACH = 100 };

struct corpus {
    struct hot_segment segments[SEGMENTS];
    uint32_t count;
    double mean_length;
    struct ark_impact_table table;
};

/** A part of a query: the terms whose lists it has. */
struct query_part {
    uint32_t terms[LISTS_MAX];
    uint32_t term_count;
    double weight;
    bool judged; /**< scored by the judge, as a phrase is */
};

struct query {
    struct query_part parts[PARTS_MAX];
    uint32_t count;
    uint32_t required; /**< documents must have this part; PARTS_MAX: none */
    uint32_t k;
};

/** What the judge knows. */
struct judge {
    const struct hot_segment *segment;
    const struct corpus *corpus;
    const struct query *query;
    const uint16_t *weights;
    uint32_t **tfs; /**< by part and document */
};

static void
make_corpus(struct test_random *random, struct corpus *corpus)
{
    corpus->count = 1 + test_random_below(random, SEGMENTS);
    double tokens = 0;
    double documents = 0;
    for (uint32_t i = 0; i < corpus->count; i++) {
        const struct hot_shape shape = {
            .document_count =
                1 + test_random_below(random, test_random_one_in(random, 3) ? 300 : 9000),
            .term_count = TERMS,
            .densest = test_random_one_in(random, 2) ? 1.0 : 0.2,
            .dead_in = test_random_one_in(random, 2) ? 5 : 0,
            .runs_in = 3,
            .long_documents = test_random_one_in(random, 3),
        };
        corpus->segments[i] = hot_segment_make(random, &shape);
        tokens += corpus->segments[i].mean_length * shape.document_count;
        documents += shape.document_count;
    }
    corpus->mean_length = tokens / documents;
    struct ark_bm25 bm25 = ark_bm25_make(corpus->mean_length);
    ark_impact_table_make(&corpus->table, &bm25);
}

static void
make_query(struct test_random *random, struct query *query)
{
    static const uint32_t ks[] = {1, 2, 10, 100, 1000};
    query->count = 1 + test_random_below(random, PARTS_MAX);
    query->k = ks[test_random_below(random, 5)];
    query->required =
        test_random_one_in(random, 3) ? test_random_below(random, query->count) : PARTS_MAX;
    for (uint32_t i = 0; i < query->count; i++) {
        struct query_part *part = &query->parts[i];
        part->term_count = 1;
        if (test_random_one_in(random, 5)) {
            uint32_t most = test_random_one_in(random, 3) ? LISTS_MAX : SPELLINGS_MAX;
            part->term_count = 1 + test_random_below(random, most);
        }
        for (uint32_t t = 0; t < part->term_count; t++) {
            part->terms[t] = test_random_below(random, TERMS);
        }
        part->judged = test_random_one_in(random, 6);
        part->weight = 0.05 + test_random_below(random, 1000) / 100.0;
    }
}

struct collect {
    uint32_t *tfs;
};

static bool
collect(void *context, uint32_t doc, uint32_t tf)
{
    struct collect *to = context;
    to->tfs[doc] += tf;
    return true;
}

/** The tf of each part in each document. */
static uint32_t **
collect_tfs(const struct hot_segment *segment, const struct query *query)
{
    uint32_t **tfs = ark_xcalloc(PARTS_MAX, sizeof *tfs);
    for (uint32_t p = 0; p < query->count; p++) {
        struct collect to = {ark_xcalloc(segment->document_count, sizeof *to.tfs)};
        for (uint32_t t = 0; t < query->parts[p].term_count; t++) {
            const struct ark_hot *hot = &segment->lists[query->parts[p].terms[t]];
            bool ok = hot->df == 0 || ark_hot_each(hot, collect, &to);
            ARK_ASSERT(ok);
        }
        tfs[p] = to.tfs;
    }
    return tfs;
}

static uint16_t
impact_of(const struct judge *judge, uint32_t part, uint32_t doc)
{
    uint32_t tf = judge->tfs[part][doc];
    float k = judge->corpus->table.k_of_norm[judge->segment->norms[doc]];
    return tf == 0 ? 0 : ark_impact(judge->weights[part], ark_impact_saturation(tf, k));
}

static bool
counts(const struct judge *judge, uint32_t doc)
{
    return judge->segment->dead[doc] == 0 &&
           (judge->query->required == PARTS_MAX || judge->tfs[judge->query->required][doc] > 0);
}

static bool
keeps_all(const struct judge *judge)
{
    for (uint32_t doc = 0; doc < judge->segment->document_count; doc++) {
        if (judge->segment->dead[doc] != 0) {
            return false;
        }
    }
    return judge->query->required == PARTS_MAX;
}

static bool
keep(void *context, uint32_t window, struct ark_window_bits *documents)
{
    const struct judge *judge = context;
    for (uint32_t i = 0; i < ARK_WINDOW; i++) {
        uint64_t bit = (uint64_t)1 << i % 64;
        if ((documents->bits[i / 64] & bit) != 0 && !counts(judge, window * ARK_WINDOW + i)) {
            documents->bits[i / 64] &= ~bit;
        }
    }
    return true;
}

/** Leaves out what does not come to least, as it may. */
static bool
add(void *context, uint32_t part, const struct ark_window_bits *documents, uint32_t least,
    struct ark_stage1_sums *sums)
{
    const struct judge *judge = context;
    for (uint32_t i = ark_bits_next(documents, 0); i < ARK_WINDOW;
         i = ark_bits_next(documents, i + 1)) {
        uint32_t sum =
            sums->sums[i] + (uint32_t)impact_of(judge, part, sums->window * ARK_WINDOW + i);
        sums->sums[i] = sum < least ? sums->sums[i] : (uint16_t)sum;
    }
    return true;
}

/** Scores every document. */
static void
run_oracle(const struct judge *judge, uint32_t segment_idx, struct ark_topk *topk)
{
    for (uint32_t doc = 0; doc < judge->segment->document_count; doc++) {
        uint32_t sum = 0;
        for (uint32_t p = 0; p < judge->query->count; p++) {
            sum += impact_of(judge, p, doc);
        }
        struct ark_hit hit = {.segment_idx = segment_idx, .doc = doc, .score = (float)sum};
        if (sum > 0 && counts(judge, doc)) {
            (void)ark_topk_offer(topk, &hit);
        }
    }
}

/** The bounds of a judged part: the greatest it has in each window. */
static uint8_t *
bounds_of(const struct judge *judge, uint32_t part, struct ark_arena *arena)
{
    uint32_t count = judge->segment->document_count;
    uint8_t *bounds = ark_arena_calloc(arena, ark_window_count(count), 1);
    for (uint32_t doc = 0; doc < count; doc++) {
        uint32_t tf = judge->tfs[part][doc];
        uint32_t saturation =
            ark_impact_saturation(tf, judge->corpus->table.k_of_norm[judge->segment->norms[doc]]);
        uint8_t bound = (uint8_t)((saturation + 256) / 257);
        uint8_t *of_window = &bounds[doc / ARK_WINDOW];
        *of_window = bound > *of_window ? bound : *of_window;
    }
    return bounds;
}

static void
run_windows(struct judge *judge, uint32_t segment_idx, struct ark_best *best,
            struct ark_arena *arena)
{
    const struct query *query = judge->query;
    struct ark_stage1_part parts[PARTS_MAX] = {{0}};
    for (uint32_t p = 0; p < query->count; p++) {
        parts[p].weight = judge->weights[p];
        struct ark_hot *lists = ark_arena_calloc(arena, LISTS_MAX, sizeof *lists);
        for (uint32_t t = 0; t < query->parts[p].term_count && !query->parts[p].judged; t++) {
            const struct ark_hot *hot = &judge->segment->lists[query->parts[p].terms[t]];
            if (hot->df > 0) {
                lists[parts[p].list_count++] = *hot;
            }
        }
        parts[p].lists = lists;
        parts[p].bounds = parts[p].list_count == 0 ? bounds_of(judge, p, arena) : NULL;
    }
    double ratio = judge->corpus->mean_length / judge->segment->mean_length;
    const struct ark_stage1_segment segment = {
        .segment_idx = segment_idx,
        .document_count = judge->segment->document_count,
        .norms = judge->segment->norms,
        .ratio = ratio > 1 ? ratio : 1,
        .parts = parts,
        .part_count = query->count,
        .judge = {.context = judge,
                  .keeps_all = keeps_all(judge),
                  .keeps_few = !keeps_all(judge) && query->count % 2 == 0,
                  .keep = keep,
                  .add = add},
    };
    bool ok = ark_stage1_run(&segment, &judge->corpus->table, best, arena);
    ARK_ASSERT(ok);
}

static void
check_query(const struct corpus *corpus, const struct query *query, struct ark_arena *arena)
{
    double real[PARTS_MAX];
    uint16_t weights[PARTS_MAX];
    double ratio = 1;
    for (uint32_t p = 0; p < query->count; p++) {
        real[p] = query->parts[p].weight;
    }
    for (uint32_t i = 0; i < corpus->count; i++) {
        double here = corpus->mean_length / corpus->segments[i].mean_length;
        ratio = here > ratio && here <= ARK_IMPACT_RATIO_MAX ? here : ratio;
    }
    ark_impact_weights(real, query->count, ratio, weights);
    struct ark_topk expected = ark_topk_make(query->k, arena);
    struct ark_best found = ark_best_make(query->k, arena);
    for (uint32_t i = 0; i < corpus->count; i++) {
        const struct hot_segment *segment = &corpus->segments[i];
        struct judge judge = {segment, corpus, query, weights, collect_tfs(segment, query)};
        run_oracle(&judge, i, &expected);
        run_windows(&judge, i, &found, arena);
        for (uint32_t p = 0; p < query->count; p++) {
            free(judge.tfs[p]);
        }
        free(judge.tfs);
    }
    ark_topk_finish(&expected);
    ark_best_sort(&found);
    ARK_ASSERT(expected.count == found.count);
    for (uint32_t i = 0; i < expected.count; i++) {
        const struct ark_hit hit = ark_stage1_hit(found.keys[i]);
        ARK_ASSERT(expected.hits[i].score == hit.score);
        ARK_ASSERT(expected.hits[i].segment_idx == hit.segment_idx);
        ARK_ASSERT(expected.hits[i].doc == hit.doc);
    }
}

/** The bytes of a list that is there. */
static ark_str
record_of(const struct ark_hot *hot)
{
    enum { HEAD_BYTES = 16 };
    const uint8_t *start = hot->kind == ARK_HOT_SMALL ? hot->data : hot->gaps - HEAD_BYTES;
    return ark_str_make(start, (size_t)(hot->data + hot->data_bytes - start));
}

static bool
keep_any(void *context, uint32_t window, struct ark_window_bits *documents)
{
    (void)context;
    (void)window;
    (void)documents;
    return true;
}

/** Runs stage 1 over a list with some bytes changed, in memory of just its size, beside a sound one. */
static void
check_damaged(struct test_random *random, const struct corpus *corpus, struct ark_arena *arena)
{
    const struct hot_segment *segment = &corpus->segments[test_random_below(random, corpus->count)];
    const struct ark_hot *sound = &segment->lists[test_random_below(random, TERMS)];
    const struct ark_hot *other = &segment->lists[test_random_below(random, TERMS)];
    if (sound->df == 0 || other->df == 0) {
        return;
    }
    ark_str record = record_of(sound);
    uint8_t *bytes = ark_xmalloc(record.len);
    memcpy(bytes, record.bytes, record.len);
    for (uint32_t i = test_random_below(random, 4); i < 4; i++) {
        uint32_t at =
            test_random_below(random, test_random_one_in(random, 2) ? 16 : (uint32_t)record.len);
        bytes[at % record.len] = (uint8_t)test_random_u64(random);
    }
    struct ark_hot lists[2] = {{.df = 0}, *other};
    if (ark_hot_open(&lists[0], ark_str_make(bytes, record.len), sound->df,
                     sound->document_count)) {
        const struct ark_stage1_part parts[] = {
            {.weight = 9000, .lists = &lists[0], .list_count = 1},
            {.weight = 5000, .lists = lists, .list_count = 2},
        };
        const struct ark_stage1_segment of = {
            .document_count = segment->document_count,
            .norms = segment->norms,
            .ratio = 1,
            .parts = parts,
            .part_count = 2,
            .judge = {.keeps_all = test_random_one_in(random, 2), .keep = keep_any},
        };
        struct ark_best best = ark_best_make(1 + test_random_below(random, 50), arena);
        (void)ark_stage1_run(&of, &corpus->table, &best, arena);
        ark_best_sort(&best);
        for (uint32_t i = 0; i < best.count; i++) {
            ARK_ASSERT(ark_stage1_hit(best.keys[i]).doc < segment->document_count);
        }
    }
    free(bytes);
}

int
main(void)
{
    const char *wanted = getenv("ARK_QUERIES");
    uint64_t queries = wanted != NULL ? strtoull(wanted, NULL, 10) : 3000;
    struct test_random random = test_random_make(test_seed(20261123));
    struct corpus *corpus = ark_xcalloc(1, sizeof *corpus);
    struct ark_arena arena = ark_arena_make();
    for (uint64_t done = 0; done < queries; done += QUERIES_EACH) {
        make_corpus(&random, corpus);
        for (uint32_t i = 0; i < QUERIES_EACH; i++) {
            struct query query;
            make_query(&random, &query);
            check_query(corpus, &query, &arena);
            check_damaged(&random, corpus, &arena);
            ark_arena_reset(&arena);
        }
        for (uint32_t i = 0; i < corpus->count; i++) {
            hot_segment_dispose(&corpus->segments[i]);
        }
    }
    printf("%" PRIu64 " queries\n", queries);
    ark_arena_dispose(&arena);
    free(corpus);
    return EXIT_SUCCESS;
}
