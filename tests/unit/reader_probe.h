/**
 * @file reader_probe.h
 * For tests of the readers: writes a file in a folder of its own, reads it,
 * and keeps copies of what the reader gave and reported. Included after
 * check.h by files that define _XOPEN_SOURCE 700 (mkdtemp) on their first line.
 */
#ifndef ARK_TESTS_READER_PROBE_H
#define ARK_TESTS_READER_PROBE_H

#include <dirent.h>
#include <iconv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/base/memory.h"
#include "common/text/utf8.h"
#include "indexer/reader.h"

enum { PROBE_MAX = 256 };

struct probe_skip {
    enum ark_skip_kind kind;
    enum ark_status status;
    ark_str fragment;
    char text[ARK_ERROR_BYTES_MAX];
};

static struct {
    struct ark_reader_options options;
    struct ark_reader_result result;
    struct ark_document documents[PROBE_MAX];
    size_t document_count;
    struct probe_skip skips[PROBE_MAX];
    size_t skip_count;
    struct ark_arena arena;
    size_t stop_after; // the sink refuses the document after so many; 0 = never
    char directory[32];
} probe;

/** What every document must be, whatever it was read from. */
static void
probe_check_sane(const struct ark_document *document)
{
    const ark_str texts[] = {document->fragment, document->title, document->body, document->source};
    for (size_t i = 0; i < ARK_COUNT_OF(texts); i++) {
        ck_assert(ark_utf8_valid(texts[i], NULL));
        bool clean = true;
        for (size_t at = 0; at < texts[i].len; at++) {
            uint8_t byte = texts[i].bytes[at];
            clean = clean && (byte >= 0x20 || byte == '\t' || byte == '\n');
        }
        ck_assert(clean);
    }
    ck_assert(document->title.len == 0 ||
              memchr(document->title.bytes, '\n', document->title.len) == NULL);
    ck_assert(document->fragment.len > 0 || !document->fragment_is_id);
    ck_assert_uint_le(document->date, 99991231);
}

static enum ark_status
probe_sink(void *context ARK_UNUSED, const struct ark_document *document, struct ark_error *err)
{
    probe_check_sane(document);
    if (probe.stop_after > 0 && probe.document_count == probe.stop_after) {
        return ark_error_set(err, ARK_E_INTERRUPTED, "stopped by the test");
    }
    ck_assert_uint_lt(probe.document_count, PROBE_MAX);
    struct ark_document *kept = &probe.documents[probe.document_count++];
    *kept = *document;
    kept->fragment = ark_arena_dup(&probe.arena, document->fragment);
    kept->title = ark_arena_dup(&probe.arena, document->title);
    kept->body = ark_arena_dup(&probe.arena, document->body);
    kept->source = ark_arena_dup(&probe.arena, document->source);
    return ARK_OK;
}

static void
probe_skip(void *context ARK_UNUSED, const struct ark_skip *skip)
{
    ck_assert_uint_lt(probe.skip_count, PROBE_MAX);
    struct probe_skip *kept = &probe.skips[probe.skip_count++];
    kept->kind = skip->kind;
    kept->status = skip->error->status;
    kept->fragment = ark_arena_dup(&probe.arena, skip->fragment);
    memcpy(kept->text, skip->error->text, sizeof kept->text);
}

/** Fixture: an empty folder as working directory, default options. */
static void
probe_setup(void)
{
    memset(&probe, 0, sizeof probe);
    probe.arena = ark_arena_make();
    memcpy(probe.directory, "ark-test-reader-XXXXXX", sizeof "ark-test-reader-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(probe.directory));
    ck_assert_int_eq(chdir(probe.directory), 0);
}

static void
probe_teardown(void)
{
    ark_arena_dispose(&probe.arena);
    DIR *folder = opendir(".");
    for (struct dirent *item = readdir(folder); item != NULL; item = readdir(folder)) {
        (void)unlink(item->d_name);
    }
    (void)closedir(folder);
    ck_assert_int_eq(chdir(".."), 0);
    ck_assert_int_eq(rmdir(probe.directory), 0);
}

static ARK_UNUSED void
probe_write(const char *name, ark_str bytes)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes.bytes, 1, bytes.len, file), bytes.len);
    ck_assert_int_eq(fclose(file), 0);
}

/** Reads a file that is there; returns the status of the reader. */
static ARK_UNUSED enum ark_status
probe_read_path(const char *path)
{
    struct ark_reader *reader;
    struct ark_error error;
    ck_assert_int_eq(ark_reader_new(&reader, &probe.options, &error), ARK_OK);
    const struct ark_reader_calls calls = {probe_sink, probe_skip, NULL};
    probe.document_count = 0;
    probe.skip_count = 0;
    enum ark_status status = ark_reader_read(reader, path, &calls, &probe.result, &error);
    ck_assert_uint_eq(probe.result.document_count, probe.document_count);
    probe.result.encoding =
        probe.result.encoding == NULL
            ? NULL
            : (const char *)ark_arena_dup(&probe.arena, ark_str_from(probe.result.encoding)).bytes;
    ark_reader_free(reader);
    return status;
}

/** Writes bytes to a file and reads it. */
static ARK_UNUSED void
probe_read(const char *name, ark_str bytes)
{
    probe_write(name, bytes);
    ck_assert_int_eq(probe_read_path(name), ARK_OK);
}

/** The same text in another encoding; lives as long as the test. */
static ARK_UNUSED ark_str
probe_encode(const char *encoding, ark_str text)
{
    iconv_t converter = iconv_open(encoding, "UTF-8");
    ck_assert(converter != (iconv_t)-1);
    size_t room = text.len * 4 + 16;
    char *out = ark_arena_alloc(&probe.arena, room);
    char *to = out;
    char *from = (char *)(uintptr_t)text.bytes;
    size_t left = text.len;
    size_t unused = room;
    ck_assert_uint_eq(iconv(converter, &from, &left, &to, &unused), 0);
    ck_assert_int_eq(iconv_close(converter), 0);
    return ark_str_make(out, room - unused);
}

static ARK_UNUSED void
ck_assert_text(ark_str got, const char *wanted)
{
    ck_assert_msg(ark_str_equal(got, ark_str_from(wanted)), "<%.*s> is not <%s>", ARK_STR_ARG(got),
                  wanted);
}

/** One document and no report. */
static ARK_UNUSED const struct ark_document *
probe_only(void)
{
    ck_assert_msg(probe.skip_count == 0, "%s", probe.skips[0].text);
    ck_assert_uint_eq(probe.document_count, 1);
    return &probe.documents[0];
}

/** No document and one report. */
static ARK_UNUSED const struct probe_skip *
probe_only_skip(void)
{
    ck_assert_uint_eq(probe.document_count, 0);
    ck_assert_uint_eq(probe.skip_count, 1);
    return &probe.skips[0];
}

/** The end of every test program. */
static int
probe_run(TCase *tests, const char *name)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#endif
