#include "indexer/foreign.h"

#include <inttypes.h>

/** By frequency in the folders of people, which is the order of kinds that are as many. */
static const struct {
    const char *ending;
    const char *converter;
} KINDS[] = {
    {".pdf", "pdftotext"},      {".docx", "pandoc"},
    {".doc", "antiword"},       {".odt", "pandoc"},
    {".rtf", "pandoc"},         {".epub", "pandoc"},
    {".djvu", "djvutxt"},       {".pptx", "libreoffice"},
    {".ppt", "libreoffice"},    {".odp", "libreoffice"},
    {".xlsx", "libreoffice"},   {".xls", "libreoffice"},
    {".ods", "libreoffice"},    {".docm", "libreoffice"},
    {".dotx", "libreoffice"},   {".wps", "libreoffice"},
    {".pages", "libreoffice"},  {".mobi", "ebook-convert"},
    {".azw3", "ebook-convert"}, {".azw", "ebook-convert"},
    {".lit", "ebook-convert"},  {".chm", "ebook-convert"},
    {".ps", "ps2ascii"},        {".bok", "mdb-export"}, // of al-Shamela
    {".rar", "unrar"},          {".7z", "7z"},
};
_Static_assert(ARK_COUNT_OF(KINDS) <= ARK_FOREIGN_KINDS_MAX, "there are more kinds than counts");

/** The kind by the ending of the name; ARK_COUNT_OF(KINDS) when it is none. */
static size_t
kind_of(ark_str name)
{
    size_t kind = 0;
    for (; kind < ARK_COUNT_OF(KINDS); kind++) {
        ark_str ending = ark_str_from(KINDS[kind].ending);
        if (name.len > ending.len &&
            ark_str_equal_nocase(ark_str_slice(name, name.len - ending.len, name.len), ending)) {
            break;
        }
    }
    return kind;
}

const char *
ark_foreign_converter(ark_str name)
{
    size_t kind = kind_of(name);
    return kind < ARK_COUNT_OF(KINDS) ? KINDS[kind].converter : NULL;
}

void
ark_foreign_count(struct ark_foreign_counts *counts, ark_str name)
{
    size_t kind = kind_of(name);
    if (kind < ARK_COUNT_OF(KINDS)) {
        counts->of_kind[kind]++;
        counts->total++;
    }
}

void
ark_foreign_list(const struct ark_foreign_counts *counts, struct ark_buf *out)
{
    struct ark_foreign_counts left = *counts;
    for (uint64_t listed = 0; listed < counts->total;) {
        size_t most = 0;
        for (size_t kind = 1; kind < ARK_COUNT_OF(KINDS); kind++) {
            most = left.of_kind[kind] > left.of_kind[most] ? kind : most;
        }
        ark_buf_printf(out, "%s%" PRIu64 " %s (%s)", listed == 0 ? "" : ", ", left.of_kind[most],
                       KINDS[most].ending, KINDS[most].converter);
        listed += left.of_kind[most];
        left.of_kind[most] = 0;
    }
}
