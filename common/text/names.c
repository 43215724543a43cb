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
    const struct ark_spelling_entry *found = NULL;
    for (uint32_t i = 0; i < ark_table_name_count && found == NULL; i++) {
        ark_str text = text_of(&ark_table_names[i]);
        found = text.len == forms.len && ark_level_form_begins(forms, text) ? &ark_table_names[i]
                                                                            : NULL;
    }
    return found;
}

/** Particles that are written with the first word of a name; none first. */
static const char *const BEFORE[] = {
    "",
    // w, f, b, l, k
    "و",
    "ف",
    "ب",
    "ل",
    "ك",
    // w-b, w-l, f-l
    "وب",
    "ول",
    "فل",
};

/** Three parts as one name, in the arena. */
static ark_str
join(ark_str before, ark_str first, ark_str second, struct ark_arena *arena)
{
    size_t len = before.len + first.len + second.len;
    uint8_t *bytes = ark_arena_alloc(arena, len);
    size_t at = 0;
    const ark_str parts[] = {before, first, second};
    for (size_t i = 0; i < ARK_COUNT_OF(parts); i++) {
        if (parts[i].len > 0) {
            memcpy(bytes + at, parts[i].bytes, parts[i].len);
            at += parts[i].len;
        }
    }
    return ark_str_make(bytes, len);
}

/**
 * A name that is Abd and a word with the article, as one word or as two: the
 * other way of writing it. False when it is none.
 */
static bool
find_servant(ark_str before, ark_str name, struct ark_arena *arena, ark_str *out)
{
    enum { SECOND_BYTES_MIN = 8 }; // the article and two letters more
    ark_str abd = ark_str_from("\u0639\u0628\u062F");
    ark_str article = ark_str_from("\u0627\u0644");
    if (!ark_str_starts_with(name, abd)) {
        return false;
    }
    ark_str second = ark_str_slice(name, abd.len, name.len);
    bool apart = second.len > 0 && second.bytes[0] == '_';
    second = ark_str_slice(second, apart ? 1 : 0, second.len);
    if (!ark_str_starts_with(second, article) || second.len < SECOND_BYTES_MIN) {
        return false;
    }
    ark_str between = apart ? ARK_STR("") : ARK_STR("_");
    *out = join(before, join(ARK_STR(""), abd, between, arena), second, arena);
    return true;
}

/** The names beside the one behind what stands before it. */
static size_t
find_others(ark_str before, ark_str name, struct ark_arena *arena, ark_str out[ARK_NAMES_MAX])
{
    const struct ark_spelling_entry *entry = find(name);
    size_t count = 0;
    for (uint32_t i = 0; i < ark_table_name_count && entry != NULL; i++) {
        const struct ark_spelling_entry *other = &ark_table_names[i];
        if (other != entry && other->class_number == entry->class_number) {
            ARK_ASSERT(count < ARK_NAMES_MAX);
            out[count++] = join(before, text_of(other), ARK_STR(""), arena);
        }
    }
    return count == 0 && find_servant(before, name, arena, out) ? 1 : count;
}

size_t
ark_other_names(ark_str forms, struct ark_arena *arena, ark_str out[ARK_NAMES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < ARK_COUNT_OF(BEFORE) && count == 0; i++) {
        ark_str before = ark_str_from(BEFORE[i]);
        if (ark_str_starts_with(forms, before) && forms.len > before.len) {
            ark_str name = ark_str_slice(forms, before.len, forms.len);
            count = find_others(before, name, arena, out);
        }
    }
    return count;
}
