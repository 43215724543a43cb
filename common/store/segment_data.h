/**
 * @file segment_data.h
 * A finished segment that is not in the store: its spools, readable as a
 * segment. For the files of common/store only.
 */
#ifndef ARK_STORE_SEGMENT_DATA_H
#define ARK_STORE_SEGMENT_DATA_H

#include "common/store/segment_impl.h"

struct ark_segment_data {
    struct ark_spool *spools[ARK_STREAM_COUNT];
    struct ark_segment reader;
    struct ark_text_unpacker unpacker; /**< without a dictionary: merging copies texts packed */
};

/** Empty spools whose files lie in temp_dir. Never NULL. */
struct ark_segment_data *ark_segment_data_new(const char *temp_dir);
/** Makes the reader over the written spools. ARK_E_IO. */
enum ark_status ark_segment_data_open(struct ark_segment_data *data,
                                      struct ark_error *err) ARK_MUST_CHECK;

#endif
