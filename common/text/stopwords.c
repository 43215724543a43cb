#include "common/text/stopwords.h"

#include "common/text/tables.h"

bool
ark_stopword(ark_str cleaned)
{
    if (cleaned.len == 0 || cleaned.len > sizeof ark_table_stopwords[0].bytes) {
        return false;
    }
    uint32_t slots = ark_table_stopword_slots;
    uint32_t at = ark_stopword_slot(cleaned, slots);
    while (ark_table_stopwords[at].len != 0) {
        const struct ark_stopword_slot *slot = &ark_table_stopwords[at];
        if (ark_str_equal(ark_str_make(slot->bytes, slot->len), cleaned)) {
            return true;
        }
        at = at + 1 == slots ? 0 : at + 1;
    }
    return false;
}
