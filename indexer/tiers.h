/**
 * @file tiers.h
 * Which segments a publication merges. A policy, without I/O: how often text is
 * written again, against how many segments each query visits.
 *
 * Segments lie in the order in which their documents came, and what is merged
 * is always the newest of them, so that order stays. After a publication that
 * adds, each segment has over four times the words of all newer ones together,
 * and there are at most eight; of none is more than a tenth of the documents
 * dead.
 *
 * Measured with tests/bench/life.py: 200 daily updates over 12,000 documents of
 * prose. First: 100 to 500 documents come, 50 are replaced and 20 deleted a day.
 * Processor time and bytes written of all updates, segments on average, a query
 * of several words (at days 100, 200).
 *
 *     ratio       CPU     bytes  segments   query
 *     4        22.0 s   1442 MB       2.7  285 us
 *     10       26.2 s   2278 MB       2.1  273 us
 *     6        23.7 s   1653 MB       2.4  311 us
 *     2        18.2 s   1026 MB       3.4  302 us
 *
 * Beside 4, 2 saves 19 ms an update and costs 17 us a query: it pays for an index
 * that gets fewer than 1,100 queries an update. 10 costs 21 ms an update and
 * saves 12 us a query: it pays from 1,750 queries an update on. Others, measured
 * when merging decoded all positions and 4 took 28.5 s:
 *
 *     4 of a tier, tiers of 10
 *              22.9 s    799 MB       5.1  352 us
 *     8 of a tier, tiers of 10
 *              29.5 s   1737 MB       6.8
 *     none until there are 8
 *              22.2 s    952 MB       6.0  352 us
 *
 * Second, an index that is edited: 10 to 50 come, 150 are replaced, 20 deleted a
 * day (14,159 documents at the end). A segment is rewritten from a share of dead
 * documents on, alone or with the newer ones; a segment more makes a query about
 * a fifth slower here. In the first life the share makes no difference. Measured
 * when merging decoded all positions:
 *
 *     share                      CPU     bytes  segments
 *     a fifth, alone          14.7 s    668 MB       2.9
 *     a fifth, with newer     14.8 s    683 MB       2.5
 *     a tenth, with newer     18.2 s   1054 MB       2.2
 *     a twentieth, with newer 27.3 s   1795 MB       1.8
 *
 * What the dead do to scores: document frequencies and the number of documents
 * both count them, so idf errs only where a word is more or less frequent among
 * the dead than elsewhere. 19,031 documents, of them deleted at random, or the
 * oldest, which are whole books; idf of 600 words and the first ten hits of 400
 * queries beside those of an index without the dead:
 *
 *     dead               idf off, mean, 95th percentile, most   top ten shared
 *     4.9 %, random               .3 %      .8 %    4.9 %            .994
 *     4.9 %, books               1.2 %     3.3 %   12.8 %            .978
 *     9.9 %, random               .4 %     1.2 %    4.9 %            .989
 *     9.9 %, books               2.3 %     5.9 %   26.3 %            .964
 *     19 %, random                .7 %     2.0 %    6.9 %            .984
 *     19 %, books                4.7 %    11.4 %   25.2 %            .935
 *
 * So a tenth: a fifth is felt where a subject is deleted, a twentieth costs half
 * as much again. Frequencies are not corrected below it: a pass over the lists
 * of a segment costs a good part of writing it anew, and would need a place for
 * the corrections in the format.
 */
#ifndef ARK_INDEXER_TIERS_H
#define ARK_INDEXER_TIERS_H

#include <stdbool.h>
#include <stdint.h>

/** Segments at rest. */
enum { ARK_SEGMENTS_MAX = 8 };

/** A published segment, with the deletions of the publication at hand. */
struct ark_tier {
    uint64_t live_token_count;
    uint32_t document_count;
    uint32_t dead_count;
};

/**
 * The first of the segments, oldest to newest, that is merged with all newer
 * ones and with the added documents of so many words; count when none is. Not
 * adding: documents are only deleted. O(count).
 */
uint32_t ark_tiers_choose(const struct ark_tier *segments, uint32_t count, bool adding,
                          uint64_t added_token_count);

#endif
