#define _XOPEN_SOURCE 700 // mkdtemp in reader_probe.h
#include <archive.h>
#include <archive_entry.h>
#include <check.h>

#include "common/store/store.h"
#include "reader_probe.h"

enum { PACKED_BYTES_MAX = 16 * 1024 * 1024 };

/** One member of an archive to be made. */
struct member {
    const char *name;
    ark_str bytes;
};

/** Makes an archive in memory; lives as long as the test. */
static ark_str
pack(int format, int filter, const char *options, const struct member *members, size_t count)
{
    struct archive *archive = archive_write_new();
    ck_assert_int_eq(archive_write_set_format(archive, format), ARCHIVE_OK);
    ck_assert_int_eq(archive_write_add_filter(archive, filter), ARCHIVE_OK);
    if (options != NULL) {
        ck_assert_int_eq(archive_write_set_options(archive, options), ARCHIVE_OK);
    }
    uint8_t *bytes = ark_arena_alloc(&probe.arena, PACKED_BYTES_MAX);
    size_t used = 0;
    ck_assert_int_eq(archive_write_open_memory(archive, bytes, PACKED_BYTES_MAX, &used),
                     ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, members[i].name);
        bool folder = members[i].name[strlen(members[i].name) - 1] == '/';
        archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)members[i].bytes.len);
        // A name that is not ASCII is a warning in the C locale, and is written.
        ck_assert_int_ge(archive_write_header(archive, entry), ARCHIVE_WARN);
        ck_assert_int_eq(archive_write_data(archive, members[i].bytes.bytes, members[i].bytes.len),
                         (la_ssize_t)members[i].bytes.len);
        archive_entry_free(entry);
    }
    ck_assert_int_eq(archive_write_close(archive), ARCHIVE_OK);
    ck_assert_int_eq(archive_write_free(archive), ARCHIVE_OK);
    return ark_str_make(bytes, used);
}

static ark_str
pack_one(int filter, ark_str bytes)
{
    const struct member member = {"data", bytes};
    return pack(ARCHIVE_FORMAT_RAW, filter, NULL, &member, 1);
}

static const struct member MEMBERS[] = {
    {"news/", {NULL, 0}},
    {"news/a.txt", {(const uint8_t *)"Title\nText.", 11}},
    {"news/b.jsonl", {(const uint8_t *)"{\"id\":\"x\",\"text\":\"B\"}\n{\"text\":\"C\"}\n", 35}},
    {"news/c.html", {(const uint8_t *)"<title>T</title><p>D</p>", 24}},
    {"news/.hidden.txt", {(const uint8_t *)"no", 2}},
    {"news/d.bin", {(const uint8_t *)"\0\1\2\3", 4}},
    {"news/e.txt", {(const uint8_t *)"\x80\x81\x82\x83", 4}},
};

static void
check_members(const char *archive)
{
    ck_assert_uint_eq(probe.document_count, 4);
    ck_assert_text(probe.documents[0].fragment, "news/a.txt");
    ck_assert(!probe.documents[0].fragment_is_id);
    ck_assert_text(probe.documents[0].title, "Title");
    ck_assert_text(probe.documents[1].fragment, "news/b.jsonl#x");
    ck_assert(probe.documents[1].fragment_is_id);
    ck_assert_text(probe.documents[2].fragment, "news/b.jsonl#2");
    ck_assert_text(probe.documents[3].fragment, "news/c.html");
    ck_assert_text(probe.documents[3].body, "D");
    ck_assert_uint_eq(probe.skip_count, 2);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_BINARY);
    ck_assert_text(probe.skips[0].fragment, "news/d.bin");
    ck_assert(!probe.result.binary); // a member was, the file was not
    ck_assert_int_eq(probe.skips[1].kind, ARK_SKIP_DOCUMENT);
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted, "no known text encoding (see --encoding): %s#news/e.txt",
                   archive);
    ck_assert_str_eq(probe.skips[1].text, wanted);
    ck_assert(probe.result.facts_known);
}

/** The compressions, with the ending each has. */
static const struct {
    int filter;
    const char *ending;
} FILTERS[] = {
    {ARCHIVE_FILTER_GZIP, ".gz"},
    {ARCHIVE_FILTER_ZSTD, ".zst"},
    {ARCHIVE_FILTER_XZ, ".xz"},
    {ARCHIVE_FILTER_BZIP2, ".bz2"},
};

START_TEST(a_packed_text_is_a_plain_document)
{
    char name[32];
    (void)snprintf(name, sizeof name, "a.txt%s", FILTERS[_i].ending);
    ark_str packed = pack_one(FILTERS[_i].filter, ARK_STR("Title\nText."));
    probe_read(name, packed);
    ck_assert_text(probe_only()->title, "Title");
    ck_assert_text(probe_only()->fragment, "");
    ck_assert_uint_eq(probe.result.facts.content_hash, ark_content_hash(packed));
    ck_assert_uint_eq(probe.result.facts.size_bytes, packed.len);
}
END_TEST

START_TEST(packed_records_have_their_own_ids)
{
    char name[32];
    (void)snprintf(name, sizeof name, "a.jsonl%s", FILTERS[_i].ending);
    probe_read(name, pack_one(FILTERS[_i].filter, MEMBERS[2].bytes));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[0].fragment, "x");
    ck_assert_text(probe.documents[1].fragment, "2");
}
END_TEST

START_TEST(the_type_within_is_told_by_the_inner_name)
{
    char name[32];
    (void)snprintf(name, sizeof name, "a.html%s", FILTERS[_i].ending);
    probe_read(name, pack_one(FILTERS[_i].filter, ARK_STR("<b>x</b>")));
    ck_assert_text(probe_only()->body, "x");
}
END_TEST

START_TEST(a_packed_file_without_content_is_no_document)
{
    probe_read("a.txt.gz", pack_one(FILTERS[_i].filter, ARK_STR("")));
    ck_assert_uint_eq(probe.document_count + probe.skip_count, 0);
}
END_TEST

/** The only report is of a cut, with the place of the cut and what was read of the archive. */
static void
check_breaks_off(size_t at, size_t documents, const char *name)
{
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted,
                   "the archive breaks off at byte %zu (documents read before: %zu); "
                   "copy it again: %s",
                   at, documents, name);
    ck_assert_str_eq(probe.skips[0].text, wanted);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert(probe.result.failed);
}

START_TEST(a_packed_file_cut_at_any_byte_is_reported_and_gives_no_document)
{
    ark_str packed = pack_one(FILTERS[_i].filter, ARK_STR("Title\nText that is long enough."));
    for (size_t len = 6; len < packed.len; len++) {
        probe_read("a.txt.gz", ark_str_slice(packed, 0, len));
        // A cut within the check sum at the end may go unseen: the text is whole then.
        if (probe.document_count == 1) {
            ck_assert_uint_gt(len, packed.len / 2);
            ck_assert_text(probe.documents[0].title, "Title");
            continue;
        }
        ck_assert_msg(probe.skip_count == 1, "%zu of %zu: %zu", len, packed.len, probe.skip_count);
        ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_FILE);
        check_breaks_off(len, 0, "a.txt.gz");
    }
}
END_TEST

START_TEST(a_packed_file_with_a_wrong_byte_never_crashes)
{
    ark_str packed = pack_one(FILTERS[_i].filter, ARK_STR("Title\nText that is long enough."));
    uint8_t *bytes = ark_arena_alloc(&probe.arena, packed.len);
    for (size_t at = 0; at < packed.len; at++) {
        memcpy(bytes, packed.bytes, packed.len);
        bytes[at] ^= 0x55;
        probe_read("a.txt.gz", ark_str_make(bytes, packed.len));
        ck_assert_uint_le(probe.document_count + probe.skip_count, 1);
    }
}
END_TEST

/** The containers. */
static const struct {
    int format;
    int filter;
    const char *name;
} CONTAINERS[] = {
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, "a.tar"},
    {ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, ARCHIVE_FILTER_NONE, "a.tar"},
    {ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_GZIP, "a.tar.gz"},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, "a.tgz"},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_ZSTD, "a.tar.zst"},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_XZ, "a.tar.xz"},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_BZIP2, "a.tar.bz2"},
    {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_BZIP2, "a.tbz2"},
    {ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "a.zip"},
};

START_TEST(members_are_documents)
{
    probe_read(CONTAINERS[_i].name, pack(CONTAINERS[_i].format, CONTAINERS[_i].filter, NULL,
                                         MEMBERS, ARK_COUNT_OF(MEMBERS)));
    check_members(CONTAINERS[_i].name);
}
END_TEST

START_TEST(packed_members_are_unpacked)
{
    const struct member member = {"b.jsonl.gz", pack_one(ARCHIVE_FILTER_GZIP, MEMBERS[2].bytes)};
    probe_read("a.tar", pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, &member, 1));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[0].fragment, "b.jsonl.gz#x");
}
END_TEST

START_TEST(an_archive_in_an_archive_is_opened)
{
    const struct member inner = {
        "inner.tar", pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, MEMBERS, 2)};
    probe_read("a.zip", pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, &inner, 1));
    ck_assert_text(probe_only()->fragment, "inner.tar#news/a.txt");
}
END_TEST

START_TEST(archives_too_deep_are_reported)
{
    ark_str bytes = ARK_STR("Text.");
    for (size_t i = 0; i < 5; i++) {
        bytes = pack_one(ARCHIVE_FILTER_GZIP, bytes);
        // A chain of one filter would be undone at once: tar between them.
        const struct member member = {"x.gz", bytes};
        bytes = pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, &member, 1);
    }
    probe_read("a.tar", bytes);
    ck_assert_int_eq(probe_only_skip()->status, ARK_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(probe.skips[0].text, "packed more than 4 times over: a.tar#x.gz"));
}
END_TEST

START_TEST(two_members_of_one_name_are_one_document_and_a_report)
{
    const struct member twice[] = {MEMBERS[1], MEMBERS[1]};
    probe_read("a.tar", pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, twice, 2));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_str_eq(probe.skips[0].text, "member name used before: a.tar#news/a.txt");
}
END_TEST

START_TEST(arabic_member_names_are_kept)
{
    const struct member member = {"\u0647\u062F\u0646\u0629.txt", ARK_STR("Text.")};
    probe_read("a.tar", pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, &member, 1));
    ck_assert_text(probe_only()->fragment, member.name);
    probe_read("a.tar", pack(ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_NONE,
                             "hdrcharset=UTF-8", &member, 1));
    ck_assert_text(probe_only()->fragment, member.name);
}
END_TEST

/** Sets the mark of a name in UTF-8 in each local header: what Windows, macOS and Python write. */
static ark_str
declare_utf8(ark_str zip)
{
    enum { FLAGS_AT = 6, UTF8_FLAG = 0x08 }; // bit 11
    uint8_t *bytes = ark_arena_alloc(&probe.arena, zip.len);
    memcpy(bytes, zip.bytes, zip.len);
    for (size_t at = 0; at + FLAGS_AT + 2 <= zip.len; at++) {
        if (memcmp(bytes + at, "PK\3\4", 4) == 0) {
            bytes[at + FLAGS_AT + 1] |= UTF8_FLAG;
        }
    }
    return ark_str_make(bytes, zip.len);
}

START_TEST(arabic_member_names_of_a_zip_are_kept_apart)
{
    const struct member members[] = {{"\u0647\u062F\u0646\u0629.txt", ARK_STR("One.")},
                                     {"\u062E\u0628\u0631.html", ARK_STR("<p>Two.</p>")}};
    ark_str plain = pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, members, 2);
    probe_read("a.zip", _i == 0 ? plain : declare_utf8(plain));
    ck_assert_uint_eq(probe.skip_count, 0);
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[0].fragment, members[0].name);
    ck_assert_text(probe.documents[1].fragment, members[1].name);
    ck_assert_text(probe.documents[1].body, "Two.");
}
END_TEST

START_TEST(member_names_begin_without_a_dot_and_slash)
{
    const struct member member = {"./news/a.txt", ARK_STR("Text.")};
    probe_read("a.tar", pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, &member, 1));
    ck_assert_text(probe_only()->fragment, "news/a.txt");
}
END_TEST

START_TEST(packed_pieces_one_behind_the_other_are_one_file)
{
    ark_str one = pack_one(FILTERS[_i].filter, ARK_STR("{\"text\":\"a\"}\n"));
    ark_str two = pack_one(FILTERS[_i].filter, ARK_STR("{\"text\":\"b\"}\n"));
    uint8_t *both = ark_arena_alloc(&probe.arena, one.len + two.len);
    memcpy(both, one.bytes, one.len);
    memcpy(both + one.len, two.bytes, two.len);
    probe_read("a.jsonl.gz", ark_str_make(both, one.len + two.len));
    ck_assert_uint_eq(probe.skip_count, 0);
    ck_assert_uint_eq(probe.document_count, 2);
}
END_TEST

START_TEST(office_documents_are_not_taken_for_archives)
{
    probe_read("a.docx", pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, MEMBERS, 2));
    ck_assert_int_eq(probe_only_skip()->kind, ARK_SKIP_BINARY);
}
END_TEST

START_TEST(a_member_above_the_limit_is_reported_and_the_others_are_read)
{
    static char large[5000];
    memset(large, 'a', sizeof large);
    const struct member members[] = {{"large.txt", {(const uint8_t *)large, sizeof large}},
                                     MEMBERS[1]};
    probe.options.document_bytes_max = 1024;
    probe_read("a.tar.gz", pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, NULL, members, 2));
    ck_assert_uint_eq(probe.document_count, 1);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_DOCUMENT);
    ck_assert_str_eq(probe.skips[0].text, "larger than 1K (see --max-size): a.tar.gz#large.txt");
    ck_assert(!probe.result.failed);
}
END_TEST

START_TEST(a_damaged_archive_in_a_sound_one_is_one_document_lost)
{
    ark_str packed = pack_one(ARCHIVE_FILTER_GZIP, MEMBERS[2].bytes);
    const struct member members[] = {{"cut.jsonl.gz", ark_str_slice(packed, 0, packed.len - 12)},
                                     {"noise.jsonl", ARK_STR("\x80\x81\x82\x83\n")},
                                     MEMBERS[1]};
    probe_read("a.tar", pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, members, 3));
    ck_assert_text(probe.documents[probe.document_count - 1].fragment, "news/a.txt");
    ck_assert_uint_eq(probe.skip_count, 2);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_DOCUMENT);
    ck_assert_text(probe.skips[0].fragment, "cut.jsonl.gz");
    ck_assert_int_eq(probe.skips[1].kind, ARK_SKIP_DOCUMENT);
    ck_assert(!probe.result.failed);
    ck_assert(probe.result.facts_known);
}
END_TEST

START_TEST(a_tar_cut_short_gives_what_came_before_and_a_report)
{
    ark_str whole = pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, MEMBERS, 4);
    probe_read("a.tar", ark_str_slice(whole, 0, 2600));
    ck_assert_uint_eq(probe.document_count, 3);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_FILE);
    ck_assert(probe.result.failed);
    ck_assert(!probe.result.facts_known);
}
END_TEST

START_TEST(an_archive_cut_in_its_last_member_says_where_and_what_was_read)
{
    static char text[20000];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('a' + i * i % 23); // it packs, but not to nothing
    }
    const struct member members[] = {{"a.txt", ARK_STR("One.")},
                                     {"b.txt", {(const uint8_t *)text, sizeof text}}};
    const char *name = CONTAINERS[_i].name;
    ark_str whole = pack(CONTAINERS[_i].format, CONTAINERS[_i].filter, NULL, members, 2);
    // Behind a tar archive stand blocks of zeros, behind a zip archive its contents.
    size_t len = CONTAINERS[_i].filter == ARCHIVE_FILTER_NONE ? whole.len / 2 : whole.len - 12;
    probe_read(name, ark_str_slice(whole, 0, len));
    char member[32];
    bool last_lost = probe.document_count == 1;
    (void)snprintf(member, sizeof member, "%s%s", name, last_lost ? "#b.txt" : "");
    check_breaks_off(len, probe.document_count,
                     probe.document_count == 0 ? strstr(probe.skips[0].text, name) : member);
}
END_TEST

START_TEST(a_member_of_a_zip_with_a_wrong_checksum_is_lost_alone)
{
    const struct member members[] = {{"a.txt", ARK_STR("One.")},
                                     {"b.txt", ARK_STR("The second text.")},
                                     {"c.txt", ARK_STR("Three.")}};
    ark_str whole = pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, members, 3);
    uint8_t *bytes = ark_arena_alloc(&probe.arena, whole.len);
    memcpy(bytes, whole.bytes, whole.len);
    size_t descriptor_count = 0;
    for (size_t at = 0; at + 5 < whole.len; at++) {
        if (memcmp(bytes + at, "PK\7\10", 4) == 0 && ++descriptor_count == 2) {
            bytes[at + 4] ^= 0x55;
        }
    }
    ck_assert_uint_eq(descriptor_count, 3);
    probe_read("a.zip", ark_str_make(bytes, whole.len));
    ck_assert_uint_eq(probe.document_count, 2);
    ck_assert_text(probe.documents[1].fragment, "c.txt");
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[0].kind, ARK_SKIP_DOCUMENT);
    ck_assert_text(probe.skips[0].fragment, "b.txt");
    ck_assert_ptr_nonnull(strstr(probe.skips[0].text, "damaged (ZIP bad CRC"));
    ck_assert_ptr_nonnull(strstr(probe.skips[0].text, "the other members are read"));
    ck_assert(!probe.result.failed);
}
END_TEST

START_TEST(a_damaged_member_of_a_zip_in_a_cut_tar_does_not_hide_the_cut)
{
    const struct member inner[] = {{"a.txt", ARK_STR("One.")}, {"b.txt", ARK_STR("Two.")}};
    ark_str zip = pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, NULL, inner, 2);
    uint8_t *bytes = ark_arena_alloc(&probe.arena, zip.len);
    memcpy(bytes, zip.bytes, zip.len);
    for (size_t at = 0, count = 0; at + 5 < zip.len; at++) {
        if (memcmp(bytes + at, "PK\7\10", 4) == 0 && ++count == 1) {
            bytes[at + 4] ^= 0x55;
        }
    }
    const struct member outer = {"x.zip", ark_str_make(bytes, zip.len)};
    ark_str tar = pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, &outer, 1);
    // The header of the tar, the first member of the zip and a part of the second.
    size_t len = 512 + zip.len / 2 - 20;
    probe_read("a.tar", ark_str_slice(tar, 0, len));
    ck_assert_uint_ge(probe.skip_count, 1);
    ck_assert_int_eq(probe.skips[probe.skip_count - 1].kind, ARK_SKIP_FILE);
    ck_assert(probe.result.failed);
}
END_TEST

START_TEST(a_member_with_a_password_is_passed_over_alone)
{
    enum { FLAGS_AT = 6, ENCRYPTED = 1 };
    ark_str whole =
        pack(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "compression=store", MEMBERS + 1, 3);
    uint8_t *bytes = ark_arena_alloc(&probe.arena, whole.len);
    memcpy(bytes, whole.bytes, whole.len);
    ck_assert_int_eq(memcmp(bytes, "PK\3\4", 4), 0);
    bytes[FLAGS_AT] |= ENCRYPTED;
    probe_read("a.zip", ark_str_make(bytes, whole.len));
    ck_assert_uint_eq(probe.document_count, 3);
    ck_assert_uint_eq(probe.skip_count, 1);
    ck_assert_text(probe.skips[0].fragment, "news/a.txt");
    ck_assert_ptr_nonnull(strstr(probe.skips[0].text, "cannot be unpacked ("));
    ck_assert_ptr_nonnull(strstr(probe.skips[0].text, "unpack it with another program"));
}
END_TEST

START_TEST(damage_in_the_middle_of_an_archive_says_what_was_read_before)
{
    static const int WITH_CHECKSUM[] = {ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_BZIP2};
    ark_str packed =
        pack_one(WITH_CHECKSUM[_i], ARK_STR("Title\nText that is long enough, or nearly."));
    uint8_t *bytes = ark_arena_alloc(&probe.arena, packed.len);
    memcpy(bytes, packed.bytes, packed.len);
    bytes[packed.len / 2] ^= 0x55;
    probe_read("a.txt.xz", ark_str_make(bytes, packed.len));
    const char *text = probe_only_skip()->text;
    ck_assert_ptr_nonnull(strstr(text, "the archive cannot be read on ("));
    ck_assert_ptr_nonnull(strstr(text, "; documents read before: 0); copy it again, or unpack it"));
}
END_TEST

START_TEST(a_tar_with_a_damaged_header_is_called_so)
{
    ark_str whole = pack(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL, MEMBERS, 2);
    uint8_t *bytes = ark_arena_alloc(&probe.arena, whole.len);
    memcpy(bytes, whole.bytes, whole.len);
    bytes[0] ^= 0x55;
    probe_read("a.tar", ark_str_make(bytes, whole.len));
    ck_assert_str_eq(probe_only_skip()->text,
                     "the archive cannot be read, its header is damaged; copy it again: a.tar");
}
END_TEST

START_TEST(the_large_window_of_a_packed_corpus_is_read)
{
    enum { TEXT_BYTES = 3 * 1024 * 1024 };
    char *line = ark_xmalloc(TEXT_BYTES);
    memset(line, 'a', TEXT_BYTES);
    memcpy(line, "{\"text\":\"", 9);
    memcpy(line + TEXT_BYTES - 3, "\"}\n", 3);
    const struct member member = {"a", {(const uint8_t *)line, TEXT_BYTES}};
    // Level 22 asks for a window of 128 MiB, as zstd --ultra -22 does.
    probe_read("a.jsonl.zst",
               pack(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_ZSTD, "compression-level=22", &member, 1));
    ck_assert_uint_eq(probe_only()->body.len, TEXT_BYTES - 12);
    free(line);
}
END_TEST

START_TEST(a_named_type_is_that_of_what_is_packed)
{
    probe.options.type = "jsonl";
    probe_read("a.gz", pack_one(ARCHIVE_FILTER_GZIP, MEMBERS[2].bytes));
    ck_assert_uint_eq(probe.document_count, 2);
}
END_TEST

/** Texts under these names, which are in another encoding than UTF-8, in an archive. */
static void
probe_read_named(int format, const char *file, const char *const *names, size_t count)
{
    struct member members[8];
    ck_assert_uint_le(count, ARK_COUNT_OF(members));
    for (size_t i = 0; i < count; i++) {
        members[i] = (struct member){names[i], ARK_STR("text")};
    }
    probe_read(file, pack(format, ARCHIVE_FILTER_NONE, NULL, members, count));
    ck_assert_uint_eq(probe.skip_count, 0);
    ck_assert_uint_eq(probe.document_count, count);
}

START_TEST(names_of_the_arabic_console_are_read)
{
    static const char *const NAMES[] = {
        "\xA2\xE7\xA9\xEF\xA9/\xEA\xE9\xE5 1.txt", // taqrir/milaff
        "\xE0\xE4\xE1.txt",                        // daght
        "\xE1\xEC.txt",                            // taha, which Windows-1256 reads as lam and alef
    };
    probe_read_named(ARCHIVE_FORMAT_ZIP, "a.zip", NAMES, ARK_COUNT_OF(NAMES));
    ck_assert_text(probe.documents[0].fragment, "تقرير/ملف 1.txt");
    ck_assert_text(probe.documents[1].fragment, "ضغط.txt");
    ck_assert_text(probe.documents[2].fragment, "طه.txt");
}
END_TEST

START_TEST(names_in_windows_1256_are_read)
{
    static const char *const NAMES[] = {
        "\xDB\xD2\xC9.txt",                      // ghazza
        "\xE3\xDE\xC7\xE1\xC7\xCA/\xE3\xE4.txt", // maqalat/min
        "plain.txt",
    };
    static const struct {
        int format;
        const char *file;
    } ARCHIVES[] = {{ARCHIVE_FORMAT_ZIP, "a.zip"}, {ARCHIVE_FORMAT_TAR_GNUTAR, "a.tar"}};
    for (size_t i = 0; i < ARK_COUNT_OF(ARCHIVES); i++) {
        probe_read_named(ARCHIVES[i].format, ARCHIVES[i].file, NAMES, ARK_COUNT_OF(NAMES));
        ck_assert_text(probe.documents[0].fragment, "غزة.txt");
        ck_assert_text(probe.documents[1].fragment, "مقالات/من.txt");
        ck_assert_text(probe.documents[2].fragment, "plain.txt");
    }
}
END_TEST

START_TEST(other_names_of_a_zip_archive_stay_different)
{
    static const char *const NAMES[] = {
        "a\xA4o.txt",           // Spanish in CP437: an n with a tilde
        "caf\x82.txt",          // e with an acute
        "caf\x8A.txt",          // e with a grave
        "\xC4\xE3\xBA\xC3.txt", // Chinese in GBK
    };
    probe_read_named(ARCHIVE_FORMAT_ZIP, "a.zip", NAMES, ARK_COUNT_OF(NAMES));
    ck_assert_text(probe.documents[0].fragment, "a\xC3\xB1o.txt");
    ck_assert_text(probe.documents[1].fragment, "caf\xC3\xA9.txt");
    ck_assert_text(probe.documents[2].fragment, "caf\xC3\xA8.txt");
}
END_TEST

START_TEST(names_in_utf8_are_as_they_are_whatever_stands_beside_them)
{
    static const char *const NAMES[] = {"\xDB\xD2\xC9.txt", "ملف"};
    probe_read_named(ARCHIVE_FORMAT_TAR_GNUTAR, "a.tar", NAMES, ARK_COUNT_OF(NAMES));
    ck_assert_text(probe.documents[0].fragment, "غزة.txt");
    ck_assert_text(probe.documents[1].fragment, "ملف");
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("reader_archive");
    tcase_add_checked_fixture(tests, probe_setup, probe_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_packed_text_is_a_plain_document, 0, (int)ARK_COUNT_OF(FILTERS));
    tcase_add_loop_test(tests, packed_records_have_their_own_ids, 0, (int)ARK_COUNT_OF(FILTERS));
    tcase_add_loop_test(tests, the_type_within_is_told_by_the_inner_name, 0,
                        (int)ARK_COUNT_OF(FILTERS));
    tcase_add_loop_test(tests, a_packed_file_without_content_is_no_document, 0,
                        (int)ARK_COUNT_OF(FILTERS));
    tcase_add_loop_test(tests, a_packed_file_cut_at_any_byte_is_reported_and_gives_no_document, 0,
                        (int)ARK_COUNT_OF(FILTERS));
    tcase_add_loop_test(tests, a_packed_file_with_a_wrong_byte_never_crashes, 0,
                        (int)ARK_COUNT_OF(FILTERS));
    tcase_add_loop_test(tests, members_are_documents, 0, (int)ARK_COUNT_OF(CONTAINERS));
    tcase_add_test(tests, packed_members_are_unpacked);
    tcase_add_test(tests, an_archive_in_an_archive_is_opened);
    tcase_add_test(tests, archives_too_deep_are_reported);
    tcase_add_test(tests, two_members_of_one_name_are_one_document_and_a_report);
    tcase_add_test(tests, arabic_member_names_are_kept);
    tcase_add_loop_test(tests, arabic_member_names_of_a_zip_are_kept_apart, 0, 2);
    tcase_add_test(tests, member_names_begin_without_a_dot_and_slash);
    tcase_add_loop_test(tests, packed_pieces_one_behind_the_other_are_one_file, 0,
                        (int)ARK_COUNT_OF(FILTERS));
    tcase_add_test(tests, office_documents_are_not_taken_for_archives);
    tcase_add_test(tests, a_member_above_the_limit_is_reported_and_the_others_are_read);
    tcase_add_test(tests, a_damaged_archive_in_a_sound_one_is_one_document_lost);
    tcase_add_test(tests, a_tar_cut_short_gives_what_came_before_and_a_report);
    tcase_add_loop_test(tests, an_archive_cut_in_its_last_member_says_where_and_what_was_read, 0,
                        (int)ARK_COUNT_OF(CONTAINERS));
    tcase_add_test(tests, a_member_of_a_zip_with_a_wrong_checksum_is_lost_alone);
    tcase_add_test(tests, a_damaged_member_of_a_zip_in_a_cut_tar_does_not_hide_the_cut);
    tcase_add_test(tests, a_member_with_a_password_is_passed_over_alone);
    tcase_add_loop_test(tests, damage_in_the_middle_of_an_archive_says_what_was_read_before, 0, 2);
    tcase_add_test(tests, a_tar_with_a_damaged_header_is_called_so);
    tcase_add_test(tests, the_large_window_of_a_packed_corpus_is_read);
    tcase_add_test(tests, a_named_type_is_that_of_what_is_packed);
    tcase_add_test(tests, names_of_the_arabic_console_are_read);
    tcase_add_test(tests, names_in_windows_1256_are_read);
    tcase_add_test(tests, other_names_of_a_zip_archive_stay_different);
    tcase_add_test(tests, names_in_utf8_are_as_they_are_whatever_stands_beside_them);
    return probe_run(tests, "reader_archive");
}
