#include "common/text/ellipsis.h"

#include "common/base/compiler.h"

ark_str
ark_ellipsis_trim(ark_str text)
{
    static const char marks[][3] = {"\u060C", "\u061B", ",", ";", ":"};
    for (size_t i = 0; i < ARK_COUNT_OF(marks); i++) {
        if (ark_str_ends_with(text, ark_str_from(marks[i]))) {
            return ark_str_slice(text, 0, text.len - strlen(marks[i]));
        }
    }
    return text;
}
