#include "indexer/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/message.h"
#include "common/store/groups.h"
#include "common/text/utf8.h"
#include "indexer/paths.h"
#include "indexer/roots.h"

/** An index opened for reading. */
struct view {
    struct ark_store *store;
    struct ark_snapshot *snapshot;
};

static void
close_view(struct view *view)
{
    ark_snapshot_close(view->snapshot);
    ark_store_close(view->store);
}

/** Opens the index whatever analyzer it was made with. To be closed whatever the status. */
static enum ark_status
open_view(struct view *view, const char *index_path, struct ark_error *err)
{
    const struct ark_store_options options = {.writable = false};
    *view = (struct view){.store = NULL};
    enum ark_status status = ark_store_open(&view->store, index_path, &options, err);
    if (status == ARK_OK) {
        status = ark_snapshot_open(&view->snapshot, view->store, err);
    }
    if (status == ARK_OK && ark_snapshot_figures(view->snapshot)->generation == 0) {
        // What a first run leaves that was ended before it published.
        status = ark_error_set(err, ARK_E_NOT_FOUND, "there is no index: %s", index_path);
    }
    return status;
}

static enum ark_status
flush_stdout(struct ark_error *err)
{
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        return ark_error_set(err, ARK_E_IO, "cannot write to standard output: %s", ark_error_reason(errno));
    }
    return ARK_OK;
}

/** How paths are printed. */
struct listing {
    bool null_ended;
    const struct ark_terminal *terminal; // NULL: each byte as it is
};

/** Appends PATH[#FRAGMENT] and its end. */
static void
append_listed(const struct listing *listing, const struct ark_document_record *record,
              struct ark_buf *out)
{
    if (listing->terminal == NULL) {
        ark_buf_append_str(out, record->path);
        ark_buf_append_str(out, record->fragment.len > 0 ? ARK_STR("#") : ARK_STR(""));
        ark_buf_append_str(out, record->fragment);
        ark_buf_push(out, listing->null_ended ? '\0' : '\n');
        return;
    }
    struct ark_buf visible = ark_buf_make(SIZE_MAX);
    ark_make_visible(record->path, &visible);
    ark_buf_append_str(&visible, record->fragment.len > 0 ? ARK_STR("#") : ARK_STR(""));
    ark_make_visible(record->fragment, &visible);
    ark_screen_write(listing->terminal, ark_buf_view(&visible), 0, out);
    ark_buf_dispose(&visible);
}

static enum ark_status
list_segment(struct ark_segment *segment, const struct listing *listing, struct ark_error *err)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_buf line = ark_buf_make(SIZE_MAX);
    uint32_t document_count = ark_segment_info(segment)->document_count;
    enum ark_status status = ARK_OK;
    for (ark_docid doc = 0; doc < document_count && status == ARK_OK; doc++) {
        struct ark_document_record record;
        if (ark_segment_is_dead(segment, doc)) {
            continue;
        }
        ark_arena_reset(&arena);
        ark_buf_clear(&line);
        status = ark_segment_document(segment, doc, &arena, &record, err);
        if (status != ARK_OK) {
            break;
        }
        append_listed(listing, &record, &line);
        (void)fwrite(line.bytes, 1, line.len, stdout); // ferror is asked at the end
    }
    ark_buf_dispose(&line);
    ark_arena_dispose(&arena);
    return status;
}

enum ark_status
ark_report_list(const char *index_path, bool null_ended, const struct ark_terminal *terminal,
                struct ark_error *err)
{
    struct view view;
    const struct listing listing = {
        .null_ended = null_ended,
        .terminal = !null_ended && terminal->is_terminal ? terminal : NULL,
    };
    enum ark_status status = open_view(&view, index_path, err);
    uint32_t segment_count =
        status == ARK_OK ? ark_snapshot_figures(view.snapshot)->segment_count : 0;
    for (uint32_t i = 0; i < segment_count && status == ARK_OK; i++) {
        status = list_segment(ark_snapshot_segment(view.snapshot, i), &listing, err);
    }
    if (status == ARK_OK) {
        status = flush_stdout(err);
    }
    close_view(&view);
    return status;
}

/** Characters that a terminal, an editor or a script engine could take for more than text. */
static bool
is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void
ark_json_append_string(ark_str text, struct ark_buf *out)
{
    ark_buf_push(out, '"');
    while (text.len > 0) {
        uint32_t codepoint = 0;
        size_t taken = ark_utf8_decode(text.bytes, text.len, &codepoint);
        if (codepoint == '"' || codepoint == '\\') {
            ark_buf_printf(out, "\\%c", (char)codepoint);
        } else if (is_hidden(codepoint)) {
            ark_buf_printf(out, "\\u%04" PRIx32, codepoint);
        } else if (codepoint == ARK_UTF8_REPLACEMENT) {
            ark_buf_append_str(out, ARK_STR("\uFFFD"));
        } else {
            ark_buf_append(out, text.bytes, taken);
        }
        text = ark_str_slice(text, taken, text.len);
    }
    ark_buf_push(out, '"');
}

void
ark_base64_append(ark_str bytes, struct ark_buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t at = 0; at < bytes.len; at += 3) {
        size_t left = bytes.len - at;
        uint32_t group = (uint32_t)bytes.bytes[at] << 16;
        group |= left > 1 ? (uint32_t)bytes.bytes[at + 1] << 8 : 0;
        group |= left > 2 ? (uint32_t)bytes.bytes[at + 2] : 0;
        ark_buf_push(out, (uint8_t)digits[group >> 18]);
        ark_buf_push(out, (uint8_t)digits[group >> 12 & 63]);
        ark_buf_push(out, (uint8_t)(left > 1 ? digits[group >> 6 & 63] : '='));
        ark_buf_push(out, (uint8_t)(left > 2 ? digits[group & 63] : '='));
    }
}

/** The figures of --info in their order; the JSON name has '_' for a blank. */
struct figure {
    const char *name;
    uint64_t value;
};

enum { FIGURE_COUNT = 9 };

static void
list_figures(const struct ark_store_figures *figures, struct figure out[FIGURE_COUNT])
{
    const struct figure list[FIGURE_COUNT] = {
        {"format", figures->format_version},  {"generation", figures->generation},
        {"segments", figures->segment_count}, {"documents", figures->document_count},
        {"dead", figures->dead_count},        {"words", figures->token_count},
        {"text bytes", figures->text_bytes},  {"stored bytes", figures->stored_bytes},
        {"file bytes", figures->file_bytes},
    };
    memcpy(out, list, sizeof list);
}

/** "path":"..." or, when it is not UTF-8, "path_b64":"..." */
static void
json_append_path(const char *name, ark_str path, struct ark_buf *out)
{
    if (ark_utf8_valid(path, NULL)) {
        ark_buf_printf(out, "\"%s\":", name);
        ark_json_append_string(path, out);
    } else {
        ark_buf_printf(out, "\"%s_b64\":\"", name);
        ark_base64_append(path, out);
        ark_buf_push(out, '"');
    }
}

/** The settings of a root as an array of "name=value" strings. */
static void
json_append_settings(ark_str settings, struct ark_buf *out)
{
    ark_buf_append_str(out, ARK_STR(",\"options\":["));
    for (bool first = true; settings.len > 0; first = false) {
        size_t len = strlen((const char *)settings.bytes);
        ark_buf_append_str(out, first ? ARK_STR("") : ARK_STR(","));
        ark_json_append_string(ark_str_slice(settings, 0, len), out);
        settings = ark_str_slice(settings, len + 1, settings.len);
    }
    ark_buf_push(out, ']');
}

static void
info_json(const char *index_path, const struct ark_store_figures *figures,
          const struct ark_roots *roots, struct ark_buf *out)
{
    struct figure list[FIGURE_COUNT];
    list_figures(figures, list);
    ark_buf_push(out, '{');
    json_append_path("index", ark_str_from(index_path), out);
    ark_buf_append_str(out, ARK_STR(",\"analyzer\":"));
    ark_json_append_string(ark_str_from(figures->identity), out);
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        ark_buf_append_str(out, ARK_STR(",\""));
        for (const char *c = list[i].name; *c != '\0'; c++) {
            ark_buf_push(out, (uint8_t)(*c == ' ' ? '_' : *c));
        }
        ark_buf_printf(out, "\":%" PRIu64, list[i].value);
    }
    ark_buf_append_str(out, ARK_STR(",\"roots\":["));
    for (size_t i = 0; i < roots->count; i++) {
        const struct ark_root *root = &roots->items[i];
        ark_buf_append_str(out, i == 0 ? ARK_STR("{") : ARK_STR(",{"));
        json_append_path("path", root->path, out);
        ark_buf_printf(out, ",\"kind\":\"%s\"", root->directory ? "dir" : "file");
        json_append_settings(root->settings, out);
        ark_buf_push(out, '}');
    }
    ark_buf_append_str(out, ARK_STR("]}\n"));
}

/** Appends "NAME: VALUE", the value made visible. */
static void
append_named(const struct ark_terminal *terminal, const char *name, ark_str value,
             struct ark_buf *out)
{
    struct ark_buf line = ark_buf_make(SIZE_MAX);
    ark_buf_printf(&line, "%s: ", name);
    size_t value_start = line.len;
    ark_make_visible(value, &line);
    ark_screen_write(terminal, ark_buf_view(&line), value_start, out);
    ark_buf_dispose(&line);
}

static void
info_text(const struct ark_terminal *terminal, const char *index_path,
          const struct ark_store_figures *figures, const struct ark_roots *roots,
          struct ark_buf *out)
{
    struct figure list[FIGURE_COUNT];
    list_figures(figures, list);
    append_named(terminal, "index", ark_str_from(index_path), out);
    append_named(terminal, "analyzer", ark_str_from(figures->identity), out);
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        ark_buf_printf(out, "%s: %" PRIu64 "\n", list[i].name, list[i].value);
    }
    for (size_t i = 0; i < roots->count; i++) {
        append_named(terminal, "root", roots->items[i].path, out);
    }
}

/** Reads the record of roots. To be disposed of whatever the status. */
static enum ark_status
read_roots(struct ark_snapshot *snapshot, struct ark_roots *roots, struct ark_error *err)
{
    ark_str record;
    enum ark_status status = ark_snapshot_roots(snapshot, &record, err);
    return status == ARK_OK ? ark_roots_parse(roots, record, err) : status;
}

enum ark_status
ark_report_info(const char *index_path, bool json, const struct ark_terminal *terminal,
                struct ark_error *err)
{
    struct view view;
    struct ark_roots roots = ark_roots_make();
    char *canonical = NULL;
    enum ark_status status = open_view(&view, index_path, err);
    if (status == ARK_OK) {
        status = read_roots(view.snapshot, &roots, err);
    }
    if (status == ARK_OK) {
        status = ark_path_resolve(index_path, &canonical, err);
    }
    if (status == ARK_OK) {
        struct ark_buf out = ark_buf_make(SIZE_MAX);
        const struct ark_store_figures *figures = ark_snapshot_figures(view.snapshot);
        if (json) {
            info_json(canonical, figures, &roots, &out);
        } else {
            info_text(terminal, canonical, figures, &roots, &out);
        }
        (void)fwrite(out.bytes, 1, out.len, stdout);
        ark_buf_dispose(&out);
        status = flush_stdout(err);
    }
    free(canonical);
    ark_roots_dispose(&roots);
    close_view(&view);
    return status;
}

/** Checks that what the tables of files and ids name is there. */
struct reference_check {
    struct ark_snapshot *snapshot;
    uint64_t document_count;
    enum ark_status status;
    struct ark_error *err;
};

static bool
check_place(void *context, const struct ark_document_place *place)
{
    struct reference_check *check = context;
    uint32_t segment_count = ark_snapshot_figures(check->snapshot)->segment_count;
    for (uint32_t i = 0; i < segment_count; i++) {
        struct ark_segment *segment = ark_snapshot_segment(check->snapshot, i);
        const struct ark_segment_info *info = ark_segment_info(segment);
        if (info->id == place->segment_id) {
            bool alive =
                place->doc < info->document_count && !ark_segment_is_dead(segment, place->doc);
            check->document_count += alive;
            if (alive) {
                return true;
            }
        }
    }
    check->status = ark_error_set(check->err, ARK_E_CORRUPT,
                                  "the index is damaged: document %" PRIu32 " of segment %" PRIu64
                                  " is named but not there",
                                  place->doc, place->segment_id);
    return false;
}

static bool
check_file(void *context, const struct ark_file_record *file)
{
    struct reference_check *check = context;
    enum ark_status status =
        ark_snapshot_each_document_of(check->snapshot, file->path, check_place, check, check->err);
    check->status = check->status == ARK_OK ? status : check->status;
    return check->status == ARK_OK;
}

static enum ark_status
verify_snapshot(struct ark_snapshot *snapshot, struct ark_error *err)
{
    uint32_t segment_count = ark_snapshot_figures(snapshot)->segment_count;
    enum ark_status status = ARK_OK;
    for (uint32_t i = 0; i < segment_count && status == ARK_OK; i++) {
        status = ark_segment_verify(ark_snapshot_segment(snapshot, i), err);
    }
    struct ark_arena memory = ark_arena_make();
    struct ark_groups groups;
    if (status == ARK_OK) {
        status = ark_snapshot_groups(snapshot, &memory, &groups, err);
    }
    if (status == ARK_OK) {
        status = ark_groups_verify(&groups, snapshot, err);
    }
    ark_arena_dispose(&memory);
    ark_str dictionary;
    if (status == ARK_OK) {
        // Texts that need it were read above, but there may be none of them left.
        status = ark_snapshot_dictionary(snapshot, &dictionary, err);
    }
    struct ark_roots roots = ark_roots_make();
    if (status == ARK_OK) {
        status = read_roots(snapshot, &roots, err);
    }
    ark_roots_dispose(&roots);
    struct reference_check check = {.snapshot = snapshot, .err = err};
    if (status == ARK_OK) {
        status = ark_snapshot_each_file(snapshot, check_file, &check, err);
    }
    return status == ARK_OK ? check.status : status;
}

enum ark_status
ark_report_verify(const char *index_path, uint64_t *document_count, uint32_t *segment_count,
                  struct ark_error *err)
{
    struct view view;
    enum ark_status status = open_view(&view, index_path, err);
    if (status == ARK_OK) {
        status = verify_snapshot(view.snapshot, err);
    }
    if (status == ARK_OK) {
        *document_count = ark_snapshot_figures(view.snapshot)->document_count;
        *segment_count = ark_snapshot_figures(view.snapshot)->segment_count;
    }
    close_view(&view);
    return status;
}
