#include "common/store/segment_data.h"

#include <stdlib.h>

#include "common/base/memory.h"
#include "common/store/segment_writer.h"

struct ark_segment_data *
ark_segment_data_new(const char *temp_dir)
{
    struct ark_segment_data *data = ark_xcalloc(1, sizeof *data);
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        data->spools[kind] = ark_spool_new(temp_dir);
    }
    return data;
}

enum ark_status
ark_segment_data_open(struct ark_segment_data *data, struct ark_error *err)
{
    data->reader.info.stored_bytes = 0;
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        data->reader.streams[kind] = ark_stream_of_spool(data->spools[kind], kind);
        data->reader.info.stored_bytes += data->reader.streams[kind].bytes;
    }
    data->reader.unpacker = &data->unpacker;
    ark_arena_dispose(&data->reader.memory);
    return ark_segment_open(&data->reader, ARK_STR(""), err);
}

struct ark_segment *
ark_segment_data_reader(struct ark_segment_data *data)
{
    return &data->reader;
}

void
ark_segment_data_free(struct ark_segment_data *data)
{
    if (data == NULL) {
        return;
    }
    ark_segment_dispose(&data->reader);
    ark_text_unpacker_dispose(&data->unpacker);
    for (unsigned kind = 0; kind < ARK_STREAM_COUNT; kind++) {
        ark_spool_free(data->spools[kind]);
    }
    free(data);
}
