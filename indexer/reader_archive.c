#include "indexer/reading.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/base/translate.h"
#include "indexer/member_name.h"

enum {
    MEMBERS_MAX = 1000000,
    // Text packs to a twentieth at best. What grows a thousandfold and past
    // 1 GiB is made to fill disks and not to be read.
    EXPANSION_MAX = 1000,
    EXPANSION_FREE_BYTES = 1024 * 1024 * 1024,
    TAR_MAGIC_AT = 257,
    HEADER_BYTES_MIN = 32, // whatever is packed is longer, header and all
    BLOCK_BYTES = 64 * 1024,
};

/** An archive being unpacked. */
struct unpacking {
    struct ark_reading *reading;
    struct ark_feed *packed;
    struct archive *archive;
    locale_t utf8;         // 0 where the system has none
    uint64_t packed_start; // offset of the feed when the archive began
    uint64_t expanded_bytes;
    const char *raw_name; // of the file without the ending of its compression
    struct ark_member_names names;
    unsigned depth;
    bool member_alone; // the failure of the member at hand does not end the archive
    bool ended;        // the rest cannot be read, which was reported
};

static bool
has_magic_at(ark_str head, size_t at, ark_str magic)
{
    return head.len >= at + magic.len &&
           ark_str_equal(ark_str_slice(head, at, at + magic.len), magic);
}

static bool
ends_with_nocase(const char *name, ark_str ending)
{
    ark_str all = ark_str_from(name);
    return all.len > ending.len &&
           ark_str_equal_nocase(ark_str_slice(all, all.len - ending.len, all.len), ending);
}

/**
 * Office documents, e-books and programs are zip files too, of parts that are
 * no documents: only what is named .zip, or has no name, is opened.
 */
static bool
is_zip(ark_str head, const char *file_name)
{
    return (has_magic_at(head, 0, ARK_STR("PK\3\4")) || has_magic_at(head, 0, ARK_STR("PK\5\6"))) &&
           (ends_with_nocase(file_name, ARK_STR(".zip")) || strcmp(file_name, "-") == 0);
}

/** "BZh" and a digit may begin a text; a block, or the end of all blocks, behind them does not. */
static bool
is_bzip2(ark_str head)
{
    if (head.len < 4 || !has_magic_at(head, 0, ARK_STR("BZh"))) {
        return false;
    }
    ark_str mark = ark_str_slice(head, 4, head.len < 10 ? head.len : 10); // less of it: it is cut
    return ark_str_starts_with(ARK_STR("1AY&SY"), mark) ||
           ark_str_starts_with(ARK_STR("\x17\x72\x45\x38\x50\x90"), mark);
}

bool
ark_reader_is_packed(ark_str head, const char *file_name)
{
    bool zstd = has_magic_at(head, 0, ARK_STR("\x28\xB5\x2F\xFD")) ||
                (head.len >= 4 && (head.bytes[0] & 0xF0) == 0x50 &&
                 has_magic_at(head, 1, ARK_STR("\x2A\x4D\x18"))); // a skippable frame first
    return zstd || is_bzip2(head) || has_magic_at(head, 0, ARK_STR("\x1F\x8B")) ||
           has_magic_at(head, 0,
                        ARK_STR("\xFD"
                                "7zXZ")) ||
           has_magic_at(head, TAR_MAGIC_AT, ARK_STR("ustar")) || is_zip(head, file_name);
}

/** libarchive's reading: what lies ahead in the feed is lent without a copy. */
static la_ssize_t
lend_block(struct archive *archive, void *context, const void **block)
{
    struct unpacking *unpacking = context;
    struct ark_feed *feed = unpacking->packed;
    ark_str ahead = ark_feed_peek(feed, BLOCK_BYTES);
    if (ahead.len == 0 && feed->failure.status != ARK_OK) {
        archive_set_error(archive, EIO, "%s", feed->failure.text);
        return ARCHIVE_FATAL;
    }
    *block = ahead.bytes;
    ark_feed_take(feed, ahead.len);
    return (la_ssize_t)ahead.len;
}

/** True when text holds one of the words that libarchive has for the cause. */
static bool
names_any(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strstr(text, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/** True when the cause of a failure, as libarchive words it (or not at all), is that bytes ended. */
static bool
is_cut(const struct unpacking *unpacking, const char *text)
{
    static const char *const CUT[] = {
        "runcated",
        "No progress is possible",   // of liblzma, without more input
        "decompression failed (-5)", // Z_BUF_ERROR of zlib, the same
    };
    return ark_feed_at_end(unpacking->packed) &&
           (text == NULL || names_any(text, CUT, ARK_COUNT_OF(CUT)));
}

/** A member that cannot be unpacked, in an archive that can be read on. */
static enum ark_status
member_failure(struct unpacking *unpacking, struct ark_error *err)
{
    static const char *const DAMAGE[] = {"bad CRC", "wrong size", "decompression failed"};
    const char *text = archive_error_string(unpacking->archive);
    text = text != NULL ? text : ark_translate("damaged");
    unpacking->member_alone = true;
    unpacking->reading->member_alone |= unpacking->depth == 0;
    if (names_any(text, DAMAGE, ARK_COUNT_OF(DAMAGE))) {
        return ark_error_set(err, ARK_E_INPUT,
                             "damaged (%s), the other members are read; copy the archive again",
                             text);
    }
    return ark_error_set(
        err, ARK_E_INPUT,
        "cannot be unpacked (%s), the other members are read; unpack it with another program",
        text);
}

/** What ends the reading of an archive: where, why, what is to be done. */
static enum ark_status
archive_failure(const struct unpacking *unpacking, struct ark_error *err)
{
    const struct ark_feed *packed = unpacking->packed;
    const char *text = archive_error_string(unpacking->archive);
    uint64_t documents = unpacking->reading->result->document_count;
    if (packed->failure.status != ARK_OK) { // of an archive around this one, or of the disk
        *err = packed->failure;
        return err->status;
    }
    if (text != NULL && strstr(text, "too much memory") != NULL) {
        return ark_error_set(err, ARK_E_INPUT,
                             "%s; pack it with a window of 128 MB or less (zstd --long=27)", text);
    }
    if (is_cut(unpacking, text)) {
        return ark_error_set(err, ARK_E_INPUT,
                             "the archive breaks off at byte %" PRIu64
                             " (documents read before: %" PRIu64 "); copy it again",
                             packed->offset - unpacking->packed_start, documents);
    }
    // libarchive knows the place as little as the block, which may be 900 KB long.
    return ark_error_set(err, ARK_E_INPUT,
                         "the archive cannot be read on (%s; documents read before: %" PRIu64
                         "); copy it again, or unpack it with another program",
                         text != NULL ? text : ark_translate("damaged"), documents);
}

/** The magic bytes are there, what should follow them is not. */
static enum ark_status
header_failure(const struct unpacking *unpacking, struct ark_error *err)
{
    uint64_t bytes = unpacking->packed->offset - unpacking->packed_start;
    if (bytes < HEADER_BYTES_MIN && ark_feed_at_end(unpacking->packed)) {
        return ark_error_set(err, ARK_E_INPUT,
                             "the archive breaks off at byte %" PRIu64
                             " (documents read before: %" PRIu64 "); copy it again",
                             bytes, unpacking->reading->result->document_count);
    }
    return ark_error_set(err, ARK_E_INPUT,
                         "the archive cannot be read, its header is damaged; copy it again");
}

/** Reports that the rest of the archive cannot be read. */
static enum ark_status
skip_rest(struct unpacking *unpacking, const struct ark_error *cause)
{
    struct ark_reading *reading = unpacking->reading;
    ark_reading_skip(reading, ark_reading_rest_kind(reading), ARK_STR(""), cause->status, "%s",
                     cause->text);
    return ARK_OK;
}

/** The ark_feed_fill of the member that the archive stands at. */
static enum ark_status
member_fill(void *context, uint8_t *to, size_t room, size_t *got, struct ark_error *err)
{
    struct unpacking *unpacking = context;
    la_ssize_t count = archive_read_data(unpacking->archive, to, room);
    if (count < 0) {
        return count == ARCHIVE_FATAL || is_cut(unpacking, archive_error_string(unpacking->archive))
                   ? archive_failure(unpacking, err)
                   : member_failure(unpacking, err);
    }
    *got = (size_t)count;
    unpacking->expanded_bytes += (uint64_t)count;
    uint64_t packed_bytes = unpacking->packed->offset - unpacking->packed_start;
    if (unpacking->expanded_bytes > EXPANSION_FREE_BYTES &&
        unpacking->expanded_bytes / EXPANSION_MAX > packed_bytes) {
        return ark_error_set(err, ARK_E_LIMIT, "grows more than %d times when unpacked",
                             EXPANSION_MAX);
    }
    return ARK_OK;
}

/** file_name without the ending of a compression; the caller frees it. */
static char *
inner_name(const char *file_name)
{
    static const struct {
        const char *ending;
        const char *instead;
    } ENDINGS[] = {{".gz", ""},      {".zst", ""},     {".xz", ""},       {".bz2", ""},
                   {".tgz", ".tar"}, {".txz", ".tar"}, {".tbz2", ".tar"}, {".tbz", ".tar"}};
    char *name = ark_xstrdup(file_name);
    for (size_t i = 0; i < ARK_COUNT_OF(ENDINGS); i++) {
        ark_str ending = ark_str_from(ENDINGS[i].ending);
        if (ends_with_nocase(name, ending)) {
            // What stands instead is not longer than the ending.
            size_t at = strlen(name) - ending.len;
            memcpy(name + at, ENDINGS[i].instead, strlen(ENDINGS[i].instead) + 1);
            break;
        }
    }
    return name;
}

static bool
is_raw(struct archive *archive)
{
    return archive_format(archive) == ARCHIVE_FORMAT_RAW;
}

/**
 * archive_read_next_header in a locale of UTF-8. libarchive gives names that
 * the archive declares to be UTF-8 in the charset of the thread's locale: in
 * the C locale, which the program has, every Arabic letter would become '?'.
 */
static int
next_header(const struct unpacking *unpacking, struct archive_entry **entry)
{
    locale_t before = uselocale(unpacking->utf8);
    int result = archive_read_next_header(unpacking->archive, entry);
    (void)uselocale(before);
    return result;
}

/** The member's name in UTF-8 as far as can be told, without "./" in front. */
static const char *
member_name(struct unpacking *unpacking, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    // Without a locale of UTF-8 libarchive may have this form alone.
    name = name != NULL ? name : archive_entry_pathname_utf8(entry);
    name = ark_member_name(&unpacking->names, name != NULL ? name : "?");
    while (name[0] == '.' && name[1] == '/') {
        name += 2;
    }
    return name;
}

/** Hidden members are passed over, as hidden files are: archives from some systems are full of them. */
static bool
is_hidden(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        bool begins = at == name || at[-1] == '/';
        if (begins && at[0] == '.' && at[1] != '/' && !(at[1] == '.' && at[2] == '/')) {
            return true;
        }
    }
    return false;
}

/** Reads the member that the archive stands at. */
static enum ark_status
read_member(struct ark_reading *reading, struct unpacking *unpacking, struct archive_entry *entry,
            struct ark_error *err)
{
    bool raw = is_raw(unpacking->archive);
    const char *name = raw ? unpacking->raw_name : member_name(unpacking, entry);
    if (!raw && (archive_entry_filetype(entry) != AE_IFREG || is_hidden(name))) {
        return ARK_OK;
    }
    size_t outer_len = reading->name.len;
    size_t outer_start = reading->member_start;
    if (!raw) {
        bool first = outer_start == outer_len;
        ark_buf_push(&reading->name, '#');
        reading->member_start = first ? outer_len + 1 : outer_start;
        ark_buf_append_str(&reading->name, ark_str_from(name));
    }
    struct ark_feed feed = ark_feed_make(member_fill, unpacking);
    unpacking->member_alone = false;
    if (unpacking->depth == 0) {
        reading->member_feed = &feed;
        reading->member_alone = false;
    }
    enum ark_status status = ark_reading_dispatch(reading, &feed, name, unpacking->depth + 1, err);
    unpacking->ended = feed.failure.status != ARK_OK && !unpacking->member_alone;
    ark_feed_dispose(&feed);
    if (unpacking->depth == 0) {
        reading->member_feed = NULL;
    }
    reading->name.len = outer_len;
    reading->member_start = outer_start;
    return status;
}

static enum ark_status
read_members(struct ark_reading *reading, struct unpacking *unpacking, struct ark_error *err)
{
    struct ark_error cause;
    for (size_t count = 0;; count++) {
        struct archive_entry *entry;
        int result = next_header(unpacking, &entry);
        if (result == ARCHIVE_EOF) {
            return ARK_OK;
        }
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
            (void)archive_failure(unpacking, &cause);
            return skip_rest(unpacking, &cause);
        }
        if (count == MEMBERS_MAX) {
            ark_reading_skip(reading, ark_reading_rest_kind(reading), ARK_STR(""), ARK_E_LIMIT,
                             "more than %d members", MEMBERS_MAX);
            return ARK_OK;
        }
        if (is_raw(unpacking->archive) &&
            archive_filter_code(unpacking->archive, 0) == ARCHIVE_FILTER_NONE) {
            (void)header_failure(unpacking, &cause);
            return skip_rest(unpacking, &cause);
        }
        enum ark_status status = read_member(reading, unpacking, entry, err);
        if (status != ARK_OK || unpacking->ended) {
            return status;
        }
    }
}

/** An archive object for what the head shows. */
static struct archive *
make_archive(ark_str head, const char *file_name)
{
    struct archive *archive = archive_read_new();
    ARK_ASSERT(archive != NULL);
    // These can only fail when built without the format, or return a warning
    // that an external program will be used; opening then tells.
    (void)archive_read_support_filter_gzip(archive);
    (void)archive_read_support_filter_zstd(archive);
    (void)archive_read_support_filter_xz(archive);
    (void)archive_read_support_filter_bzip2(archive);
    (void)archive_read_support_format_tar(archive);
    (void)archive_read_support_format_empty(archive);
    (void)archive_read_support_format_raw(archive);
    if (is_zip(head, file_name)) {
        (void)archive_read_support_format_zip_streamable(archive);
    }
    return archive;
}

enum ark_status
ark_reader_archive(struct ark_reading *reading, struct ark_feed *feed, const char *file_name,
                   unsigned depth, struct ark_error *err)
{
    if (depth >= ARK_ARCHIVE_DEPTH_MAX) {
        ark_reading_skip(reading, ARK_SKIP_DOCUMENT, ARK_STR(""), ARK_E_LIMIT,
                         "packed more than %d times over", ARK_ARCHIVE_DEPTH_MAX);
        return ARK_OK;
    }
    ark_str head = ark_feed_peek(feed, TAR_MAGIC_AT + 8);
    struct unpacking unpacking = {
        .reading = reading,
        .packed = feed,
        .archive = make_archive(head, file_name),
        .utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0),
        .packed_start = feed->offset,
        .names = ark_member_names_make(is_zip(head, file_name)),
        .depth = depth,
    };
    enum ark_status status = ARK_OK;
    if (archive_read_open(unpacking.archive, &unpacking, NULL, lend_block, NULL) != ARCHIVE_OK) {
        struct ark_error cause;
        (void)archive_failure(&unpacking, &cause);
        (void)skip_rest(&unpacking, &cause);
    } else {
        char *name = inner_name(file_name);
        unpacking.raw_name = name;
        status = read_members(reading, &unpacking, err);
        free(name);
    }
    (void)archive_read_free(unpacking.archive);
    ark_member_names_dispose(&unpacking.names);
    if (unpacking.utf8 != (locale_t)0) {
        freelocale(unpacking.utf8);
    }
    return status;
}
