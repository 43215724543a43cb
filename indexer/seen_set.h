/**
 * @file seen_set.h
 * A set of 64-bit hashes: which fragments of one container were given already.
 * Only hashes are kept, 11 to 22 bytes a member; two of ten million different
 * fragments collide with a chance of 3 in a million.
 */
#ifndef ARK_INDEXER_SEEN_SET_H
#define ARK_INDEXER_SEEN_SET_H

#include <stdbool.h>
#include <stdint.h>

struct ark_seen_set;

/** An empty set. Never NULL. */
struct ark_seen_set *ark_seen_set_new(void);
/** Frees it; takes NULL. */
void ark_seen_set_free(struct ark_seen_set *set);
/** Forgets all members; keeps memory of up to 1 MiB. */
void ark_seen_set_reset(struct ark_seen_set *set);
/** Adds a hash; false when it was a member already. Amortised O(1). */
bool ark_seen_set_add(struct ark_seen_set *set, uint64_t hash);

#endif
