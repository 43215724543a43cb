#include "searcher/spans.h"

#include "common/base/compiler.h"
#include "common/base/sort.h"
#include "searcher/query.h"

_Static_assert((int)ARK_SPANS_NEAR_MAX == (int)ARK_QUERY_NEAR_MAX, "a NEAR fits");

/** No span can stand there. */
#define NOWHERE UINT32_MAX

static struct ark_token_span *
new_spans(struct ark_arena *arena, size_t count)
{
    return ark_arena_alloc(arena, (count + 1) * sizeof(struct ark_token_span));
}

static uint32_t *
new_numbers(struct ark_arena *arena, size_t count)
{
    return ark_arena_alloc(arena, (count + 1) * sizeof(uint32_t));
}

/** Everything is empty. */
static bool
no_choice(struct ark_token_spans *taken, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        taken[i] = (struct ark_token_spans){NULL, 0};
    }
    return false;
}

static bool
any_empty(const struct ark_token_spans *lists, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (lists[i].count == 0) {
            return true;
        }
    }
    return false;
}

/**
 * What is known of each span of each list: how late the first word of a choice
 * up to it can be, and how early the last word of a choice from it on.
 */
struct reach {
    uint32_t **latest_first; /**< NOWHERE: no choice comes here */
    uint32_t **earliest_last;
};

/** Room for what is known of lists. */
static struct reach
new_reach(const struct ark_token_spans *lists, uint32_t count, struct ark_arena *arena)
{
    struct reach reach = {
        .latest_first = ark_arena_alloc(arena, count * sizeof *reach.latest_first),
        .earliest_last = ark_arena_alloc(arena, count * sizeof *reach.earliest_last),
    };
    for (uint32_t i = 0; i < count; i++) {
        reach.latest_first[i] = new_numbers(arena, lists[i].count);
        reach.earliest_last[i] = new_numbers(arena, lists[i].count);
    }
    return reach;
}

/** Fills in latest_first of words that stand at least step behind one of the list before. */
static void
reach_forward(struct ark_token_spans before, const uint32_t *from, struct ark_token_spans here,
              uint32_t step, uint32_t *out)
{
    uint32_t best = NOWHERE;
    size_t at = 0;
    for (size_t i = 0; i < here.count; i++) {
        while (at < before.count &&
               (uint64_t)before.items[at].first + step <= here.items[i].first) {
            // Later words of the list before never lead to an earlier first word.
            best = from[at] != NOWHERE ? from[at] : best;
            at++;
        }
        out[i] = best;
    }
}

/** Fills in earliest_last of words that stand at least step before one of the list after. */
static void
reach_backward(struct ark_token_spans here, struct ark_token_spans after, const uint32_t *from,
               uint32_t step, uint32_t *out)
{
    uint32_t best = NOWHERE;
    size_t at = after.count;
    for (size_t i = here.count; i-- > 0;) {
        while (at > 0 && (uint64_t)here.items[i].first + step <= after.items[at - 1].first) {
            best = from[at - 1] != NOWHERE ? from[at - 1] : best;
            at--;
        }
        out[i] = best;
    }
}

/** The words of list i that a choice takes. */
static struct ark_token_spans
take_words(struct ark_token_spans list, const uint32_t *latest_first, const uint32_t *earliest_last,
           uint64_t length_max, struct ark_arena *arena)
{
    struct ark_token_span *items = new_spans(arena, list.count);
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (latest_first[i] != NOWHERE && earliest_last[i] != NOWHERE &&
            (uint64_t)earliest_last[i] - latest_first[i] <= length_max) {
            items[count++] = list.items[i];
        }
    }
    return (struct ark_token_spans){items, count};
}

/** The shortest spans from first words on. */
static struct ark_token_spans
whole_spans(struct ark_token_spans list, const uint32_t *earliest_last, uint64_t length_max,
            struct ark_arena *arena)
{
    struct ark_token_span *items = new_spans(arena, list.count);
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++) {
        uint32_t first = list.items[i].first;
        if (earliest_last[i] != NOWHERE && (uint64_t)earliest_last[i] - first <= length_max) {
            items[count++] = (struct ark_token_span){first, earliest_last[i]};
        }
    }
    return (struct ark_token_spans){items, count};
}

bool
ark_spans_phrase(const struct ark_token_spans *lists, const uint32_t *offsets, uint32_t count,
                 uint32_t slop, struct ark_arena *arena, struct ark_token_spans *taken)
{
    ARK_ASSERT(count >= 1 && count <= ARK_QUERY_WORDS_MAX);
    if (any_empty(lists, count)) {
        return no_choice(taken, count + 1);
    }
    struct reach reach = new_reach(lists, count, arena);
    for (size_t k = 0; k < lists[0].count; k++) {
        reach.latest_first[0][k] = lists[0].items[k].first;
    }
    for (size_t k = 0; k < lists[count - 1].count; k++) {
        reach.earliest_last[count - 1][k] = lists[count - 1].items[k].first;
    }
    for (uint32_t i = 1; i < count; i++) {
        uint32_t back = count - 1 - i;
        reach_forward(lists[i - 1], reach.latest_first[i - 1], lists[i],
                      offsets[i] - offsets[i - 1], reach.latest_first[i]);
        reach_backward(lists[back], lists[back + 1], reach.earliest_last[back + 1],
                       offsets[back + 1] - offsets[back], reach.earliest_last[back]);
    }
    uint64_t length_max = (uint64_t)offsets[count - 1] - offsets[0] + slop;
    for (uint32_t i = 0; i < count; i++) {
        taken[i] =
            take_words(lists[i], reach.latest_first[i], reach.earliest_last[i], length_max, arena);
    }
    taken[count] = whole_spans(lists[0], reach.earliest_last[0], length_max, arena);
    return taken[count].count > 0;
}

static int
compare_spans(const void *left, const void *right)
{
    const struct ark_token_span *a = left;
    const struct ark_token_span *b = right;
    if (a->first != b->first) {
        return a->first < b->first ? -1 : 1;
    }
    return (a->last > b->last) - (a->last < b->last);
}

static int
compare_ends(const void *left, const void *right)
{
    const struct ark_token_span *const *a = left;
    const struct ark_token_span *const *b = right;
    if ((*a)->last != (*b)->last) {
        return (*a)->last < (*b)->last ? -1 : 1;
    }
    return (*a > *b) - (*a < *b);
}

/** The spans of a list by where they end. */
static const struct ark_token_span **
by_end(struct ark_token_spans list, struct ark_arena *arena)
{
    const struct ark_token_span **order =
        ark_arena_alloc(arena, (list.count + 1) * sizeof(struct ark_token_span *));
    for (size_t i = 0; i < list.count; i++) {
        order[i] = &list.items[i];
    }
    ark_sort(order, list.count, sizeof(struct ark_token_span *), compare_ends);
    return order;
}

/**
 * Ordered: for each span of here, the latest end of a first span of a choice up
 * to it, over spans of before that end before it begins.
 */
static void
ordered_forward(struct ark_token_spans before, const uint32_t *from, struct ark_token_spans here,
                uint32_t *out, struct ark_arena *arena)
{
    const struct ark_token_span **order = by_end(before, arena);
    uint32_t best = NOWHERE;
    size_t at = 0;
    for (size_t i = 0; i < here.count; i++) {
        for (; at < before.count && order[at]->last < here.items[i].first; at++) {
            uint32_t end = from[order[at] - before.items];
            best = end != NOWHERE && (best == NOWHERE || end > best) ? end : best;
        }
        out[i] = best;
    }
}

/** Likewise the earliest beginning of a last span, over spans of after that begin after it ends. */
static void
ordered_backward(struct ark_token_spans here, struct ark_token_spans after, const uint32_t *from,
                 uint32_t *out, struct ark_arena *arena)
{
    const struct ark_token_span **order = by_end(here, arena);
    uint32_t best = NOWHERE;
    size_t at = after.count;
    for (size_t i = here.count; i-- > 0;) {
        for (; at > 0 && after.items[at - 1].first > order[i]->last; at--) {
            best = from[at - 1] < best ? from[at - 1] : best; // NOWHERE is the greatest
        }
        out[order[i] - here.items] = best;
    }
}

/** first_end[i]: end of the first span; last_begin[i]: beginning of the last one. */
static struct ark_token_spans
take_spans(struct ark_token_spans list, const uint32_t *first_end, const uint32_t *last_begin,
           uint32_t distance, struct ark_arena *arena)
{
    struct ark_token_span *items = new_spans(arena, list.count);
    size_t count = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (first_end[i] != NOWHERE && last_begin[i] != NOWHERE &&
            (uint64_t)last_begin[i] <= (uint64_t)first_end[i] + distance) {
            items[count++] = list.items[i];
        }
    }
    return (struct ark_token_spans){items, count};
}

static bool
near_ordered(const struct ark_token_spans *lists, uint32_t count, uint32_t distance,
             struct ark_arena *arena, struct ark_token_spans *taken)
{
    uint32_t *first_end[ARK_SPANS_NEAR_MAX];
    uint32_t *last_begin[ARK_SPANS_NEAR_MAX];
    for (uint32_t i = 0; i < count; i++) {
        first_end[i] = new_numbers(arena, lists[i].count);
        last_begin[i] = new_numbers(arena, lists[i].count);
    }
    for (size_t k = 0; k < lists[0].count; k++) {
        first_end[0][k] = lists[0].items[k].last;
    }
    for (size_t k = 0; k < lists[count - 1].count; k++) {
        last_begin[count - 1][k] = lists[count - 1].items[k].first;
    }
    for (uint32_t i = 1; i < count; i++) {
        uint32_t back = count - 1 - i;
        ordered_forward(lists[i - 1], first_end[i - 1], lists[i], first_end[i], arena);
        ordered_backward(lists[back], lists[back + 1], last_begin[back + 1], last_begin[back],
                         arena);
    }
    for (uint32_t i = 0; i < count; i++) {
        taken[i] = take_spans(lists[i], first_end[i], last_begin[i], distance, arena);
    }
    return taken[0].count > 0;
}

/** A span of one of the lists of an unordered NEAR. */
struct candidate {
    struct ark_token_span span;
    uint32_t list;
    bool taken;
};

enum { SETS = 1 << ARK_SPANS_NEAR_MAX, SET_WORDS = SETS / 64 };

/** A set of sets of lists: which lists a row of spans can be of. */
struct set_of_sets {
    uint64_t bits[SET_WORDS];
};

static bool
has_set(const struct set_of_sets *sets, uint32_t set)
{
    return (sets->bits[set / 64] >> set % 64 & 1) != 0;
}

static void
add_set(struct set_of_sets *sets, uint32_t set)
{
    sets->bits[set / 64] |= (uint64_t)1 << set % 64;
}

static void
add_sets(struct set_of_sets *sets, const struct set_of_sets *more)
{
    for (uint32_t i = 0; i < SET_WORDS; i++) {
        sets->bits[i] |= more->bits[i];
    }
}

/** Every set of from that lacks the list, with it: the sets are 2^list further. */
static struct set_of_sets
with_list(const struct set_of_sets *from, uint32_t list)
{
    // Which of 64 sets lack list 0, 1, ... 5.
    static const uint64_t LACKING[] = {
        UINT64_C(0x5555555555555555), UINT64_C(0x3333333333333333), UINT64_C(0x0F0F0F0F0F0F0F0F),
        UINT64_C(0x00FF00FF00FF00FF), UINT64_C(0x0000FFFF0000FFFF), UINT64_C(0x00000000FFFFFFFF),
    };
    struct set_of_sets out = {{0}};
    for (uint32_t i = 0; i < SET_WORDS; i++) {
        if (list < ARK_COUNT_OF(LACKING)) {
            out.bits[i] = (from->bits[i] & LACKING[list]) << (1u << list);
        } else if ((i * 64 >> list & 1) != 0) {
            out.bits[i] = from->bits[i - (1u << list) / 64];
        }
    }
    return out;
}

/** Where an item of a window ends. */
struct place {
    uint32_t last;
    uint32_t item;
};

/** The spans behind a first one that may be in its choices. */
struct window {
    struct candidate **items; /**< by first token */
    struct place *by_end;
    size_t count;
    struct set_of_sets
        *up_to; /**< by item: lists of rows that end with it, the first span's among them */
    struct set_of_sets *from; /**< by item: lists of rows that begin with it */
};

static int
compare_places_by_end(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    if (a->last != b->last) {
        return a->last < b->last ? -1 : 1;
    }
    return (a->item > b->item) - (a->item < b->item);
}

/** Fills in by_end. */
static void
sort_window(struct window *window)
{
    bool sorted = true;
    for (size_t i = 0; i < window->count; i++) {
        window->by_end[i] = (struct place){window->items[i]->span.last, (uint32_t)i};
        sorted = sorted && (i == 0 || window->by_end[i - 1].last <= window->by_end[i].last);
    }
    if (!sorted) {
        ark_sort(window->by_end, window->count, sizeof *window->by_end, compare_places_by_end);
    }
}

/** Fills in up_to: what ends before an item begins can stand before it. */
static void
fill_up_to(struct window *window, uint32_t first_list)
{
    struct set_of_sets before = {{0}};
    size_t at = 0;
    add_set(&before, 1u << first_list);
    for (size_t i = 0; i < window->count; i++) {
        for (; at < window->count && window->by_end[at].last < window->items[i]->span.first; at++) {
            add_sets(&before, &window->up_to[window->by_end[at].item]);
        }
        window->up_to[i] = with_list(&before, window->items[i]->list);
    }
}

/** Fills in from: what begins after an item ends can stand behind it. */
static void
fill_from(struct window *window)
{
    struct set_of_sets after = {{0}};
    size_t at = window->count;
    add_set(&after, 0);
    for (size_t i = window->count; i-- > 0;) {
        struct place place = window->by_end[i];
        for (; at > 0 && window->items[at - 1]->span.first > place.last; at--) {
            add_sets(&after, &window->from[at - 1]);
        }
        window->from[place.item] = with_list(&after, window->items[place.item]->list);
    }
}

/** Marks what choices that begin with first take. */
static void
mark_choices(struct candidate *first, const struct window *window, uint32_t list_count)
{
    uint32_t all = (1u << list_count) - 1;
    for (size_t i = 0; i < window->count; i++) {
        uint32_t list = window->items[i]->list;
        bool known = first->taken && window->items[i]->taken;
        for (uint32_t set = 0; set <= all && !known; set++) {
            uint32_t rest = (all & ~set) | 1u << list;
            if (has_set(&window->up_to[i], set) && has_set(&window->from[i], rest)) {
                window->items[i]->taken = true;
                first->taken = true;
                break;
            }
        }
    }
}

static int
compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    int order = compare_spans(&a->span, &b->span);
    return order != 0 ? order : (a->list > b->list) - (a->list < b->list);
}

/** All spans of all lists by first token. */
static struct candidate *
collect_candidates(const struct ark_token_spans *lists, uint32_t count, size_t *total,
                   struct ark_arena *arena)
{
    *total = 0;
    for (uint32_t i = 0; i < count; i++) {
        *total += lists[i].count;
    }
    struct candidate *all = ark_arena_alloc(arena, (*total + 1) * sizeof *all);
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (size_t k = 0; k < lists[i].count; k++) {
            all[at++] = (struct candidate){.span = lists[i].items[k], .list = i};
        }
    }
    ark_sort(all, *total, sizeof *all, compare_candidates);
    return all;
}

/** Spans behind the first one, of other lists, that begin within distance; false when a list has none. */
static bool
open_window(struct candidate *first, struct candidate *end, uint32_t distance, uint32_t list_count,
            struct window *window)
{
    uint32_t seen = 1u << first->list;
    window->count = 0;
    for (struct candidate *it = first + 1;
         it < end && it->span.first <= (uint64_t)first->span.last + distance; it++) {
        if (it->list != first->list && it->span.first > first->span.last) {
            window->items[window->count++] = it;
            seen |= 1u << it->list;
        }
    }
    return seen == (1u << list_count) - 1;
}

static bool
near_unordered(const struct ark_token_spans *lists, uint32_t count, uint32_t distance,
               struct ark_arena *arena, struct ark_token_spans *taken)
{
    size_t total = 0;
    struct candidate *all = collect_candidates(lists, count, &total, arena);
    struct window window = {
        .items = ark_arena_alloc(arena, (total + 1) * sizeof(struct candidate *)),
        .by_end = ark_arena_alloc(arena, (total + 1) * sizeof(struct place)),
        .up_to = ark_arena_alloc(arena, (total + 1) * sizeof(struct set_of_sets)),
        .from = ark_arena_alloc(arena, (total + 1) * sizeof(struct set_of_sets)),
    };
    for (size_t i = 0; i < total; i++) {
        if (open_window(&all[i], all + total, distance, count, &window)) {
            sort_window(&window);
            fill_up_to(&window, all[i].list);
            fill_from(&window);
            mark_choices(&all[i], &window, count);
        }
    }
    struct ark_token_span *items[ARK_SPANS_NEAR_MAX];
    for (uint32_t i = 0; i < count; i++) {
        items[i] = new_spans(arena, lists[i].count);
        taken[i] = (struct ark_token_spans){items[i], 0};
    }
    for (size_t i = 0; i < total; i++) {
        if (all[i].taken) {
            items[all[i].list][taken[all[i].list].count++] = all[i].span;
        }
    }
    return taken[0].count > 0;
}

/** Two lists in any order: either is first. */
static bool
near_pair(const struct ark_token_spans *lists, uint32_t distance, struct ark_arena *arena,
          struct ark_token_spans *taken)
{
    struct ark_token_spans turned[2] = {lists[1], lists[0]};
    struct ark_token_spans one[2];
    struct ark_token_spans other[2];
    bool any = near_ordered(lists, 2, distance, arena, one);
    any = near_ordered(turned, 2, distance, arena, other) || any;
    for (uint32_t i = 0; i < 2; i++) {
        struct ark_token_spans both[2] = {one[i], other[1 - i]};
        taken[i] = ark_spans_union(both, 2, arena);
    }
    return any;
}

bool
ark_spans_near(const struct ark_token_spans *lists, uint32_t count, uint32_t distance, bool ordered,
               struct ark_arena *arena, struct ark_token_spans *taken)
{
    ARK_ASSERT(count >= 2 && count <= ARK_SPANS_NEAR_MAX);
    if (any_empty(lists, count)) {
        return no_choice(taken, count);
    }
    if (ordered) {
        return near_ordered(lists, count, distance, arena, taken);
    }
    return count == 2 ? near_pair(lists, distance, arena, taken)
                      : near_unordered(lists, count, distance, arena, taken);
}

struct ark_token_spans
ark_spans_union(const struct ark_token_spans *lists, uint32_t count, struct ark_arena *arena)
{
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        total += lists[i].count;
    }
    struct ark_token_span *all = new_spans(arena, total);
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (lists[i].count > 0) {
            memcpy(all + at, lists[i].items, lists[i].count * sizeof *all);
            at += lists[i].count;
        }
    }
    ark_sort(all, total, sizeof *all, compare_spans);
    size_t kept = 0;
    for (size_t i = 0; i < total; i++) {
        if (kept == 0 || compare_spans(&all[kept - 1], &all[i]) != 0) {
            all[kept++] = all[i];
        }
    }
    return (struct ark_token_spans){all, kept};
}

/** How many spans begin before from. */
static size_t
count_before(struct ark_token_spans list, uint32_t from)
{
    size_t low = 0;
    size_t high = list.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list.items[middle].first < from) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct ark_token_spans
ark_spans_between(struct ark_token_spans list, uint32_t from, uint32_t to)
{
    size_t start = count_before(list, from);
    size_t end = count_before(list, to);
    return (struct ark_token_spans){list.items + start, end - start};
}
