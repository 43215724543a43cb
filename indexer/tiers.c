#include "indexer/tiers.h"

/** A segment is merged with newer ones when it has at most this many times their words. */
enum { RATIO = 4 };
/** A segment is rewritten when more than one in this many of its documents is dead. */
enum { DEAD_SHARE = 10 };

static bool
is_mostly_dead(const struct ark_tier *segment)
{
    // One without a live document is dropped whole by the publication.
    return (uint64_t)segment->dead_count * DEAD_SHARE > segment->document_count &&
           segment->dead_count < segment->document_count;
}

uint32_t
ark_tiers_choose(const struct ark_tier *segments, uint32_t count, bool adding,
                 uint64_t added_token_count)
{
    uint64_t tokens = added_token_count;
    uint32_t first = count;
    while (adding && first > 0 &&
           (segments[first - 1].live_token_count <= tokens * RATIO || first >= ARK_SEGMENTS_MAX)) {
        first--;
        tokens += segments[first].live_token_count;
    }
    for (uint32_t i = 0; i < first; i++) {
        if (is_mostly_dead(&segments[i])) {
            return i;
        }
    }
    return first;
}
