/**
 * @file fuzz_segment_list.c
 * Any bytes as the configuration and as the list of segments, as they are and
 * with a checksum made for them: refused, or read to what encodes to a record
 * that reads the same.
 */
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/store/format.h"
#include "fuzz_target.h"

static void
check_list(ark_str bytes)
{
    struct ark_segment_entry *entries = NULL;
    uint32_t count = 0;
    if (ark_segment_list_decode(bytes, &entries, &count, NULL) != ARK_OK) {
        return;
    }
    struct ark_buf again = ark_buf_make(SIZE_MAX);
    ark_segment_list_encode(entries, count, &again);
    struct ark_segment_entry *back = NULL;
    uint32_t back_count = 0;
    enum ark_status status =
        ark_segment_list_decode(ark_buf_view(&again), &back, &back_count, NULL);
    ARK_ASSERT(status == ARK_OK);
    ARK_ASSERT(back_count == count);
    for (uint32_t i = 0; i < count; i++) {
        ARK_ASSERT(memcmp(&entries[i], &back[i], sizeof back[i]) == 0);
    }
    free(entries);
    free(back);
    ark_buf_dispose(&again);
}

static void
check_config(ark_str bytes)
{
    struct ark_config_record record;
    enum ark_status status = ark_config_record_decode(bytes, &record, NULL);
    ARK_ASSERT(status == ARK_OK || status == ARK_E_CORRUPT || status == ARK_E_FORMAT);
    if (status != ARK_OK) {
        return;
    }
    struct ark_buf again = ark_buf_make(SIZE_MAX);
    ark_config_record_encode(&record, &again);
    struct ark_config_record back;
    status = ark_config_record_decode(ark_buf_view(&again), &back, NULL);
    ARK_ASSERT(status == ARK_OK);
    ARK_ASSERT(back.generation == record.generation);
    ARK_ASSERT(back.next_segment_id == record.next_segment_id);
    ARK_ASSERT(strcmp(back.identity, record.identity) == 0);
    ark_buf_dispose(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ark_str bytes = ark_str_make(data, size);
    check_list(bytes);
    check_config(bytes);
    struct ark_buf sealed = ark_buf_make(SIZE_MAX);
    ark_buf_append_str(&sealed, bytes);
    ark_seal(&sealed);
    check_list(ark_buf_view(&sealed));
    check_config(ark_buf_view(&sealed));
    ark_buf_dispose(&sealed);
    return 0;
}
