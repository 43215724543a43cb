#include "common/base/radix.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"

enum { DIGITS = 8, DIGIT_VALUES = 256, FEW = 32 };

/** Sorts a few by insertion. */
static void
sort_few(struct ark_keyed *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct ark_keyed item = items[i];
        size_t at = i;
        while (at > 0 && items[at - 1].key > item.key) {
            items[at] = items[at - 1];
            at--;
        }
        items[at] = item;
    }
}

/** Puts items into the order of one digit, whose values were counted; each count becomes a place. */
static void
distribute(const struct ark_keyed *items, size_t count, unsigned digit, size_t places[DIGIT_VALUES],
           struct ark_keyed *out)
{
    size_t place = 0;
    for (size_t value = 0; value < DIGIT_VALUES; value++) {
        size_t here = places[value];
        places[value] = place;
        place += here;
    }
    for (size_t i = 0; i < count; i++) {
        out[places[items[i].key >> (8 * digit) & 0xFF]++] = items[i];
    }
}

void
ark_radix_sort(struct ark_keyed *items, size_t count)
{
    if (count <= FEW) {
        sort_few(items, count);
        return;
    }
    size_t counts[DIGITS][DIGIT_VALUES] = {{0}};
    for (size_t i = 0; i < count; i++) {
        for (unsigned digit = 0; digit < DIGITS; digit++) {
            counts[digit][items[i].key >> (8 * digit) & 0xFF]++;
        }
    }
    struct ark_keyed *other = ark_xmalloc(count * sizeof *other);
    struct ark_keyed *from = items;
    struct ark_keyed *to = other;
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        if (counts[digit][from[0].key >> (8 * digit) & 0xFF] == count) {
            continue;
        }
        distribute(from, count, digit, counts[digit], to);
        struct ark_keyed *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != items) {
        memcpy(items, from, count * sizeof *items);
    }
    free(other);
}
