/**
 * @file make_tables.c
 * Build-time program: lays the word tables of data/ out as the C arrays of
 * tables.h. Not part of the library.
 *
 *   ark_make_tables PARTICLE_WORDS SHORT_WORDS WHOLE_WORDS SPELLING_CLASSES MONTH_NAMES
 *     OUT.c WORD_LIST...
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/base/compiler.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/text/tables.h"

enum { FILE_BYTES_MAX = 64 << 20, ITEMS_A_LINE = 4 };

/** A table that is being filled; slots are 4/3 of the words or more, so probes stay short. */
struct packed_table {
    uint64_t *slots;
    uint32_t count;
    uint64_t hash;
};

static void
fail(const char *what, ark_str where)
{
    (void)fprintf(stderr, "ark_make_tables: %s: %.*s\n", what, ARK_STR_ARG(where));
    exit(1);
}

static ark_str
read_file(const char *path, struct ark_buf *buf)
{
    struct ark_error err;
    if (ark_file_read(path, FILE_BYTES_MAX, buf, &err) != ARK_OK) {
        fail("cannot read", ark_str_from(err.text));
    }
    return ark_buf_view(buf);
}

static bool
is_comment(ark_str line)
{
    return line.len == 0 || line.bytes[0] == '#';
}

static uint32_t
count_entries(ark_str text)
{
    uint32_t count = 0;
    ark_str line;
    while (ark_str_next_line(&text, &line)) {
        count += !is_comment(line);
    }
    return count;
}

/** The number that an ASCII digit or a, b stands for. */
static size_t
shared_letters(ark_str line)
{
    uint8_t digit = line.bytes[0];
    size_t shared = digit >= 'a' ? (size_t)(digit - 'a') + 10 : (size_t)digit - '0';
    if (shared > ARK_PARTICLE_LETTERS_MAX) {
        fail("bad line", line);
    }
    return shared;
}

/** An empty table for the words of a text. */
static struct packed_table
make_slots(ark_str text)
{
    struct packed_table table = {.hash = ark_table_hash(text)};
    table.count = count_entries(text) / 3 * 4 + 16;
    table.slots = ark_xcalloc(table.count, sizeof *table.slots);
    return table;
}

/** Adds the word of a line. */
static void
put_packed(struct packed_table *table, ark_str word, ark_str line, uint64_t marks)
{
    uint64_t packed = ark_particle_pack(word);
    if (packed == 0) {
        fail("not a folded form", line);
    }
    uint32_t at = ark_particle_slot(packed, table->count);
    while (table->slots[at] != 0) {
        at = at + 1 == table->count ? 0 : at + 1;
    }
    table->slots[at] = packed | marks;
}

/** What the sign at the end of a line says of its word. */
static uint64_t
marks_at_end(ark_str line)
{
    switch (line.bytes[line.len - 1]) {
    case '+':
        return ARK_PARTICLE_KEEPS;
    case '*':
        return ARK_PARTICLE_KEEPS | ARK_PARTICLE_OWN_WAW;
    case '=':
    case '~': // ARK_WHOLE_PLURAL in its own table
        return ARK_PARTICLE_NOUN;
    default:
        return 0;
    }
}

/** Undoes the front coding that count_forms.py describes. */
static void
fill_particles(struct packed_table *table, ark_str text)
{
    enum { LETTER_BYTES = 2, WORD_BYTES_MAX = ARK_PARTICLE_LETTERS_MAX * LETTER_BYTES };
    uint8_t word[WORD_BYTES_MAX] = {0};
    ark_str line;
    while (ark_str_next_line(&text, &line)) {
        if (is_comment(line)) {
            continue;
        }
        uint64_t marks = marks_at_end(line);
        size_t shared_bytes = shared_letters(line) * LETTER_BYTES;
        size_t further_bytes = line.len - 1 - (marks != 0 ? 1 : 0);
        if (shared_bytes + further_bytes > sizeof word) {
            fail("word too long", line);
        }
        memcpy(word + shared_bytes, line.bytes + 1, further_bytes);
        put_packed(table, ark_str_make(word, shared_bytes + further_bytes), line, marks);
    }
}

static void
print_identity(FILE *out, uint64_t hash)
{
    (void)fprintf(out, "const char ark_table_identity[] =\n    \"%s %08" PRIx32 "\";\n",
                  ARK_ANALYZER_NAME_AND_VERSION, (uint32_t)(hash >> 32));
}

static void
print_slots(FILE *out, const char *name, const struct packed_table *table)
{
    (void)fprintf(out, "const uint32_t ark_table_%s_slots = %" PRIu32 ";\n", name, table->count);
    (void)fprintf(out, "const uint64_t ark_table_%ss[%" PRIu32 "] = {", name, table->count);
    for (uint32_t i = 0; i < table->count; i++) {
        (void)fprintf(out, "%s0x%" PRIX64 "U,", i % ITEMS_A_LINE == 0 ? "\n" : "", table->slots[i]);
    }
    (void)fprintf(out, "\n};\n");
}

/** Prints the folded forms of a file as a table of packed words. Returns the hash of the file. */
static uint64_t
print_packed(FILE *out, const char *name, ark_str text)
{
    struct packed_table table = make_slots(text);
    ark_str line;
    while (ark_str_next_line(&text, &line)) {
        if (!is_comment(line)) {
            uint64_t marks = marks_at_end(line);
            ark_str word = ark_str_slice(line, 0, line.len - (marks != 0 ? 1 : 0));
            put_packed(&table, word, line, marks);
        }
    }
    print_slots(out, name, &table);
    free(table.slots);
    return table.hash;
}

/** Adds the words of one list to the slots; a word that is there already is passed over. */
static void
fill_stopwords(struct ark_stopword_slot *slots, uint32_t count, ark_str text)
{
    ark_str line;
    while (ark_str_next_line(&text, &line)) {
        if (is_comment(line)) {
            continue;
        }
        if (line.len > sizeof slots->bytes) {
            fail("word too long", line);
        }
        uint32_t at = ark_stopword_slot(line, count);
        while (slots[at].len != 0 &&
               !ark_str_equal(ark_str_make(slots[at].bytes, slots[at].len), line)) {
            at = at + 1 == count ? 0 : at + 1;
        }
        slots[at].len = (uint8_t)line.len;
        memcpy(slots[at].bytes, line.bytes, line.len);
    }
}

static void
print_stopwords(FILE *out, const struct ark_stopword_slot *slots, uint32_t count)
{
    (void)fprintf(out, "const uint32_t ark_table_stopword_slots = %" PRIu32 ";\n", count);
    (void)fprintf(out, "const struct ark_stopword_slot ark_table_stopwords[%" PRIu32 "] = {\n",
                  count);
    for (uint32_t i = 0; i < count; i++) {
        (void)fprintf(out, "{%u, {", slots[i].len);
        for (size_t j = 0; j < slots[i].len; j++) {
            (void)fprintf(out, "%u,", slots[i].bytes[j]);
        }
        (void)fprintf(out, "%s}},\n", slots[i].len == 0 ? "0" : "");
    }
    (void)fprintf(out, "};\n");
}

static void
make_stopwords(FILE *out, char **paths, size_t path_count)
{
    struct ark_buf *files = ark_xcalloc(path_count, sizeof *files);
    uint32_t words = 0;
    for (size_t i = 0; i < path_count; i++) {
        files[i] = ark_buf_make(FILE_BYTES_MAX);
        words += count_entries(read_file(paths[i], &files[i]));
    }
    uint32_t count = words * 2 + 1;
    struct ark_stopword_slot *slots = ark_xcalloc(count, sizeof *slots);
    for (size_t i = 0; i < path_count; i++) {
        fill_stopwords(slots, count, ark_buf_view(&files[i]));
        ark_buf_dispose(&files[i]);
    }
    print_stopwords(out, slots, count);
    free(slots);
    free(files);
}

/** The next blank-separated word of *rest; empty at the end. */
static ark_str
next_word(ark_str *rest)
{
    *rest = ark_str_trim(*rest);
    const uint8_t *blank = rest->len == 0 ? NULL : memchr(rest->bytes, ' ', rest->len);
    size_t len = blank == NULL ? rest->len : (size_t)(blank - rest->bytes);
    ark_str word = ark_str_slice(*rest, 0, len);
    *rest = ark_str_slice(*rest, len, rest->len);
    return word;
}

/** Takes the * that says "and what begins so" off a word. */
static bool
takes_endings(ark_str *word)
{
    bool takes = word->len > 0 && word->bytes[word->len - 1] == '*';
    word->len -= takes ? 1 : 0;
    return takes;
}

/** Prints the entries of one class. Returns how many. */
static uint32_t
print_class(FILE *out, ark_str line, uint32_t class_number)
{
    uint32_t count = 0;
    ark_str rest = line;
    for (ark_str word = next_word(&rest); word.len > 0; word = next_word(&rest)) {
        bool takes = takes_endings(&word);
        if (word.len > sizeof((struct ark_spelling_entry *)0)->text || class_number > UINT8_MAX) {
            fail("word too long, or too many classes", line);
        }
        (void)fprintf(out, "{%zu, %" PRIu32 ", %d, {", word.len, class_number, takes);
        for (size_t i = 0; i < word.len; i++) {
            (void)fprintf(out, "%u,", word.bytes[i]);
        }
        (void)fprintf(out, "}},\n");
        count++;
    }
    return count;
}

/** Prints the classes of a file as the table ark_table_NAMEs and its length. */
static void
print_classes(FILE *out, const char *name, ark_str text)
{
    uint32_t count = 0;
    uint32_t class_number = 0;
    ark_str line;
    (void)fprintf(out, "const struct ark_spelling_entry ark_table_%ss[] = {\n", name);
    while (ark_str_next_line(&text, &line)) {
        if (!is_comment(line)) {
            count += print_class(out, line, class_number++);
        }
    }
    (void)fprintf(out, "};\nconst uint32_t ark_table_%s_count = %" PRIu32 ";\n", name, count);
}

enum { PARTICLES = 1, SHORT_WORDS, WHOLE_WORDS, SPELLINGS, NAMES, OUT, WORD_LISTS };

int
main(int argc, char **argv)
{
    if (argc <= WORD_LISTS) {
        fail("usage", ARK_STR("ark_make_tables PARTICLE_WORDS SHORT_WORDS WHOLE_WORDS "
                              "SPELLING_CLASSES MONTH_NAMES OUT.c WORD_LIST..."));
    }
    struct ark_buf buf = ark_buf_make(FILE_BYTES_MAX);
    ark_str words = read_file(argv[PARTICLES], &buf);
    struct packed_table particles = make_slots(words);
    fill_particles(&particles, words);
    FILE *out = fopen(argv[OUT], "w");
    if (out == NULL) {
        fail("cannot write", ark_str_from(argv[OUT]));
    }
    (void)fprintf(out, "// Made by ark_make_tables from data/. Exempt from the size rules.\n"
                       "#include \"common/text/tables.h\"\n\n");
    print_slots(out, "particle", &particles);
    uint64_t hash = particles.hash;
    // Multiplied, so that two tables cannot trade places.
    hash = hash * 31 + print_packed(out, "short_word", read_file(argv[SHORT_WORDS], &buf));
    hash = hash * 31 + print_packed(out, "whole_word", read_file(argv[WHOLE_WORDS], &buf));
    print_identity(out, hash);
    print_classes(out, "spelling", read_file(argv[SPELLINGS], &buf));
    print_classes(out, "name", read_file(argv[NAMES], &buf));
    make_stopwords(out, argv + WORD_LISTS, (size_t)argc - WORD_LISTS);
    if (fclose(out) != 0) {
        fail("cannot write", ark_str_from(argv[OUT]));
    }
    free(particles.slots);
    ark_buf_dispose(&buf);
    return 0;
}
