#include "common/text/names.h"

#include "common/base/compiler.h"
#include "common/text/levels.h"
#include "common/text/tables.h"

static ark_str
text_of(const struct ark_spelling_entry *entry)
{
    return ark_str_make(entry->text, entry->text_len);
}

/** The entry whose folded form this is, or NULL. */
static const struct ark_spelling_entry *
find(ark_str forms)
{
    struct ark_buf folded = ark_buf_make(sizeof ark_table_names[0].text);
    const struct ark_spelling_entry *found = NULL;
    for (uint32_t i = 0; i < ark_table_name_count && found == NULL; i++) {
        ark_buf_clear(&folded);
        ark_level_form(text_of(&ark_table_names[i]), &folded);
        found = ark_str_equal(ark_buf_view(&folded), forms) ? &ark_table_names[i] : NULL;
    }
    ark_buf_dispose(&folded);
    return found;
}

size_t
ark_other_names(ark_str forms, ark_str out[ARK_NAMES_MAX])
{
    const struct ark_spelling_entry *entry = find(forms);
    size_t count = 0;
    for (uint32_t i = 0; i < ark_table_name_count && entry != NULL; i++) {
        const struct ark_spelling_entry *other = &ark_table_names[i];
        if (other != entry && other->class_number == entry->class_number) {
            ARK_ASSERT(count < ARK_NAMES_MAX);
            out[count++] = text_of(other);
        }
    }
    return count;
}
