#include "searcher/find_document.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "searcher/print.h"

/** Names that a message lists, and how unlike a near one may be. */
enum { LISTED_MAX = 3, DISTANCE_MAX = 3, NAME_BYTES_MAX = 256 };

/** A name that was looked for, and what it may mean. */
struct finding {
    struct ark_snapshot *snapshot;
    struct ark_arena *arena;
    ark_str name;
    ark_str fragment; // after the "#", when a path was tried before it
    uint32_t found_count;
    struct ark_hit found;       // the first
    ark_str listed[LISTED_MAX]; // of those found, or near
    uint32_t listed_count;
    uint32_t distances[LISTED_MAX];
};

/** Notes a document. */
static void
take(struct finding *finding, uint32_t segment_idx, ark_docid doc, ark_str shown)
{
    if (finding->found_count++ == 0) {
        finding->found = (struct ark_hit){.segment_idx = segment_idx, .doc = doc};
    }
    if (finding->listed_count < LISTED_MAX) {
        finding->listed[finding->listed_count++] = ark_arena_dup(finding->arena, shown);
    }
}

static uint32_t
segment_idx_of(struct ark_snapshot *snapshot, uint64_t id)
{
    uint32_t idx = 0;
    while (ark_segment_info(ark_snapshot_segment(snapshot, idx))->id != id) {
        idx++; // a place is always one of the snapshot's
    }
    return idx;
}

static bool
take_place(void *context, const struct ark_document_place *place)
{
    struct finding *finding = context;
    uint32_t idx = segment_idx_of(finding->snapshot, place->segment_id);
    struct ark_document_record record;
    uint8_t hash[16];
    ark_fragment_hash(finding->fragment, hash);
    if (finding->fragment.bytes != NULL &&
        !ark_str_equal(place->fragment_hash, ark_str_make(hash, sizeof hash))) {
        return true;
    }
    struct ark_segment *segment = ark_snapshot_segment(finding->snapshot, idx);
    if (ark_segment_document(segment, place->doc, finding->arena, &record, NULL) == ARK_OK) {
        take(finding, idx, place->doc, ark_print_place(record.path, &record, finding->arena));
    }
    return true;
}

/** The documents of the file at path; relative paths are taken from the working directory. */
static enum ark_status
look_up(struct finding *finding, ark_str path, ark_str working_directory, struct ark_error *err)
{
    struct ark_buf full = ark_buf_make(SIZE_MAX);
    if (path.len > 0 && path.bytes[0] != '/') {
        ark_buf_append_str(&full, working_directory);
        ark_buf_push(&full, '/');
    }
    ark_buf_append_str(&full, path);
    // Standard input is known as "-"; a file that is gone, by its path as it was.
    char *real = NULL;
    bool there = ark_path_canonical(ark_buf_cstr(&full), &real, NULL) == ARK_OK;
    ark_str key = !there ? ark_buf_view(&full) : ark_str_from(real);
    key = ark_str_equal(path, ARK_STR("-")) ? path : key;
    enum ark_status status =
        ark_snapshot_each_document_of(finding->snapshot, key, take_place, finding, err);
    free(real);
    ark_buf_dispose(&full);
    return status;
}

/** Damerau-Levenshtein distance of two names by bytes, or DISTANCE_MAX + 1 when it is more. */
static uint32_t
distance(ark_str a, ark_str b)
{
    uint32_t rows[3][NAME_BYTES_MAX + 1];
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len > NAME_BYTES_MAX || b.len > NAME_BYTES_MAX || gap > DISTANCE_MAX) {
        return DISTANCE_MAX + 1;
    }
    for (uint32_t j = 0; j <= b.len; j++) {
        rows[0][j] = j;
    }
    for (uint32_t i = 1; i <= a.len; i++) {
        uint32_t *row = rows[i % 3];
        const uint32_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (uint32_t j = 1; j <= b.len; j++) {
            uint32_t best = above[j - 1] + (a.bytes[i - 1] != b.bytes[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && a.bytes[i - 1] == b.bytes[j - 2] &&
                           a.bytes[i - 2] == b.bytes[j - 1];
            if (swapped && rows[(i - 2) % 3][j - 2] + 1 < best) {
                best = rows[(i - 2) % 3][j - 2] + 1;
            }
            row[j] = best;
        }
    }
    return rows[a.len % 3][b.len];
}

static ark_str
last_name(ark_str path)
{
    size_t start = path.len;
    while (start > 0 && path.bytes[start - 1] != '/') {
        start--;
    }
    return ark_str_slice(path, start, path.len);
}

/** Keeps the names that are nearest to the one looked for. */
static void
consider(struct finding *finding, ark_str doc)
{
    uint32_t far = distance(last_name(finding->name), last_name(doc));
    uint32_t place = finding->listed_count;
    while (place > 0 && finding->distances[place - 1] > far) {
        place--;
    }
    if (far > DISTANCE_MAX || place == LISTED_MAX) {
        return;
    }
    uint32_t last = finding->listed_count < LISTED_MAX ? finding->listed_count : LISTED_MAX - 1;
    for (uint32_t i = last; i > place; i--) {
        finding->listed[i] = finding->listed[i - 1];
        finding->distances[i] = finding->distances[i - 1];
    }
    finding->listed[place] = ark_arena_dup(finding->arena, doc);
    finding->distances[place] = far;
    finding->listed_count = last + 1;
}

/** True when path is name, or ends in it after a slash. */
static bool
ends_in(ark_str path, ark_str name)
{
    if (path.len < name.len ||
        !ark_str_equal(ark_str_slice(path, path.len - name.len, path.len), name)) {
        return false;
    }
    return path.len == name.len || path.bytes[path.len - name.len - 1] == '/';
}

/** Looks at every document: first for those the name means, then for near names. */
static enum ark_status
scan(struct finding *finding, bool near, struct ark_error *err)
{
    struct ark_arena arena = ark_arena_make();
    enum ark_status status = ARK_OK;
    uint32_t segments = ark_snapshot_figures(finding->snapshot)->segment_count;
    for (uint32_t i = 0; i < segments && status == ARK_OK; i++) {
        struct ark_segment *segment = ark_snapshot_segment(finding->snapshot, i);
        uint32_t count = ark_segment_info(segment)->document_count;
        for (ark_docid doc = 0; doc < count && status == ARK_OK; doc++) {
            struct ark_document_record record;
            ark_arena_reset(&arena);
            if (ark_segment_is_dead(segment, doc)) {
                continue;
            }
            status = ark_segment_document(segment, doc, &arena, &record, err);
            if (status != ARK_OK) {
                continue;
            }
            ark_str place = ark_print_place(record.path, &record, &arena);
            ark_str printed = ark_print_doc(&record, &arena);
            if (near) {
                consider(finding, printed);
            } else if (ark_str_equal(printed, finding->name) || ends_in(place, finding->name)) {
                take(finding, i, doc, place);
            }
        }
    }
    ark_arena_dispose(&arena);
    return status;
}

/** Says what would work instead. */
static enum ark_status
fail(const struct finding *finding, struct ark_error *err)
{
    struct ark_buf names = ark_buf_make(SIZE_MAX);
    for (uint32_t i = 0; i < finding->listed_count; i++) {
        ark_buf_append_str(&names, i == 0 ? ARK_STR("") : ARK_STR(", "));
        ark_buf_append_str(&names, finding->listed[i]);
    }
    enum ark_status status = ARK_E_NOT_FOUND;
    if (finding->found_count > 1) {
        status = ark_error_set(
            err, ARK_E_ARGUMENT, "%" PRIu32 " documents are meant by \"%.*s\", name one: %s%s",
            finding->found_count, ARK_STR_ARG(finding->name), ark_buf_cstr(&names),
            finding->found_count > finding->listed_count ? ", ..." : "");
    } else if (finding->listed_count > 0) {
        status = ark_error_set(err, status, "no such document: %.*s; near it: %s",
                               ARK_STR_ARG(finding->name), ark_buf_cstr(&names));
    } else {
        status =
            ark_error_set(err, status, "no such document (\"ark-index --list\" lists them): %.*s",
                          ARK_STR_ARG(finding->name));
    }
    ark_buf_dispose(&names);
    return status;
}

enum ark_status
ark_find_document(struct ark_snapshot *snapshot, ark_str name, ark_str working_directory,
                  struct ark_arena *arena, struct ark_hit *out, struct ark_error *err)
{
    struct finding finding = {.snapshot = snapshot, .arena = arena, .name = name};
    enum ark_status status = look_up(&finding, name, working_directory, err);
    size_t hash = name.len;
    while (hash > 0 && name.bytes[hash - 1] != '#') {
        hash--;
    }
    if (status == ARK_OK && finding.found_count == 0 && hash > 0) {
        finding.fragment = ark_str_slice(name, hash, name.len);
        status = look_up(&finding, ark_str_slice(name, 0, hash - 1), working_directory, err);
        finding.fragment = (ark_str){NULL, 0};
    }
    if (status == ARK_OK && finding.found_count == 0) {
        status = scan(&finding, false, err);
    }
    if (status == ARK_OK && finding.found_count == 0) {
        status = scan(&finding, true, err);
    }
    if (status != ARK_OK) {
        return status;
    }
    if (finding.found_count != 1) {
        return fail(&finding, err);
    }
    *out = finding.found;
    return ARK_OK;
}
