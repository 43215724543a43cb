#include "indexer/json_record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/compiler.h"
#include "common/base/memory.h"

/** Digits of a 64-bit integer, its sign and a NUL, and one more to notice longer ones. */
enum { INTEGER_BYTES_MAX = 22 };

/** A path and what was found at its end. */
struct path {
    ark_str *tokens; /**< from the outermost on; never none */
    size_t token_count;
    size_t matched; /**< so many of them lead to where the parser is */
    bool present;
    bool is_array;
    bool is_integer;
    int64_t integer;
    struct ark_buf text;
};

struct ark_json_record {
    struct ark_arena memory; /**< of the tokens */
    struct path *paths;
    size_t path_count;
    size_t tokens_max;      /**< of the longest path */
    uint64_t *next_element; /**< by depth up to tokens_max: of the open array, or IN_OBJECT */
    size_t depth;           /**< objects and arrays that are open */
    bool begun;             /**< an object was opened */
};

#define IN_OBJECT UINT64_MAX

/** Cuts a JSON pointer at its slashes and resolves ~0 and ~1. */
static void
cut_pointer(struct ark_arena *memory, const char *pointer, struct path *path)
{
    size_t capacity = 0;
    struct ark_buf token = ark_buf_make(SIZE_MAX);
    for (const char *at = pointer; *at == '/';) {
        ark_buf_clear(&token);
        for (at++; *at != '\0' && *at != '/'; at++) {
            bool escaped = at[0] == '~' && (at[1] == '0' || at[1] == '1');
            at += escaped;
            ark_buf_push(&token, !escaped ? (uint8_t)*at : *at == '0' ? '~' : '/');
        }
        ARK_GROW(path->tokens, capacity, path->token_count + 1);
        path->tokens[path->token_count++] = ark_arena_dup(memory, ark_buf_view(&token));
    }
    ark_buf_dispose(&token);
}

struct ark_json_record *
ark_json_record_new(const char *const *paths, size_t count)
{
    struct ark_json_record *record = ark_xcalloc(1, sizeof *record);
    record->memory = ark_arena_make();
    record->paths = ark_xcalloc(count, sizeof *record->paths);
    record->path_count = count;
    for (size_t i = 0; i < count; i++) {
        struct path *path = &record->paths[i];
        // No value is longer than the line it comes from.
        path->text = ark_buf_make(SIZE_MAX);
        if (paths[i][0] == '/') {
            cut_pointer(&record->memory, paths[i], path);
        } else {
            path->tokens = ark_xcalloc(1, sizeof *path->tokens);
            path->tokens[0] = ark_arena_dup(&record->memory, ark_str_from(paths[i]));
            path->token_count = 1;
        }
        record->tokens_max =
            path->token_count > record->tokens_max ? path->token_count : record->tokens_max;
    }
    record->next_element = ark_xcalloc(record->tokens_max + 1, sizeof *record->next_element);
    return record;
}

void
ark_json_record_free(struct ark_json_record *record)
{
    if (record == NULL) {
        return;
    }
    for (size_t i = 0; i < record->path_count; i++) {
        free(record->paths[i].tokens);
        ark_buf_dispose(&record->paths[i].text);
    }
    free(record->paths);
    free(record->next_element);
    ark_arena_dispose(&record->memory);
    free(record);
}

static void
forget_value(struct path *path)
{
    path->present = false;
    path->is_array = false;
    path->is_integer = false;
    ark_buf_clear(&path->text);
}

/** The parser comes to what is called name in the innermost object or array. */
static void
enter(struct ark_json_record *record, ark_str name)
{
    size_t depth = record->depth;
    for (size_t i = 0; depth <= record->tokens_max && i < record->path_count; i++) {
        struct path *path = &record->paths[i];
        if (depth > path->token_count || path->matched < depth - 1) {
            continue;
        }
        path->matched = depth - 1;
        if (ark_str_equal(path->tokens[depth - 1], name)) {
            path->matched = depth;
            forget_value(path); // that of a key that came before
        }
    }
}

/** A value begins: in an array its number is its name; an object has called its key. */
static void
begin_value(struct ark_json_record *record)
{
    size_t depth = record->depth;
    if (depth <= record->tokens_max && record->next_element[depth] != IN_OBJECT) {
        char name[INTEGER_BYTES_MAX];
        (void)snprintf(name, sizeof name, "%" PRIu64, record->next_element[depth]++);
        enter(record, ark_str_from(name));
    }
}

/** True when the value that begins is the one at the end of the path. */
static bool
is_target(const struct ark_json_record *record, const struct path *path)
{
    return path->matched == path->token_count && record->depth == path->token_count;
}

/** True when it is an element of that one: an array of texts. */
static bool
is_element(const struct ark_json_record *record, const struct path *path)
{
    return path->is_array && path->matched == path->token_count &&
           record->depth == path->token_count + 1;
}

/** Takes a value without text of its own. 0 (as for all that yajl calls) ends the parse. */
static int
take(struct ark_json_record *record, bool present, bool is_array)
{
    if (record->depth == 0) {
        return 0; // not an object
    }
    begin_value(record);
    for (size_t i = 0; i < record->path_count; i++) {
        struct path *path = &record->paths[i];
        if (is_element(record, path) && path->text.len > 0) {
            ark_buf_push(&path->text, '\n');
        } else if (is_target(record, path)) {
            path->present = present;
            path->is_array = is_array;
        }
    }
    return 1;
}

static int
take_null(void *context)
{
    return take(context, false, false);
}

static int
take_boolean(void *context, int value ARK_UNUSED)
{
    return take(context, true, false);
}

/** Appends the text of a string or number to the paths it is a value of. */
static int
take_text(struct ark_json_record *record, ark_str text)
{
    if (take(record, true, false) == 0) {
        return 0;
    }
    for (size_t i = 0; i < record->path_count; i++) {
        struct path *path = &record->paths[i];
        if (is_target(record, path) || is_element(record, path)) {
            ark_buf_append_str(&path->text, text);
        }
    }
    return 1;
}

static int
take_string(void *context, const unsigned char *bytes, size_t len)
{
    return take_text(context, ark_str_make(bytes, len));
}

/** True when the number is an integer of 64 bits. */
static bool
parse_integer(const char *digits, size_t len, int64_t *out)
{
    char number[INTEGER_BYTES_MAX];
    if (len >= sizeof number) {
        return false;
    }
    memcpy(number, digits, len);
    number[len] = '\0';
    if (strcspn(number, ".eE") != len) {
        return false;
    }
    errno = 0;
    *out = strtoll(number, NULL, 10);
    return errno == 0;
}

static int
take_number(void *context, const char *digits, size_t len)
{
    struct ark_json_record *record = context;
    int64_t integer = 0;
    bool is_integer = parse_integer(digits, len, &integer);
    if (take_text(record, ark_str_make(digits, len)) == 0) {
        return 0;
    }
    for (size_t i = 0; i < record->path_count; i++) {
        if (is_target(record, &record->paths[i])) {
            record->paths[i].is_integer = is_integer;
            record->paths[i].integer = integer;
        }
    }
    return 1;
}

/** Goes into an object or array. */
static int
open_container(struct ark_json_record *record, uint64_t first_element)
{
    record->depth++;
    if (record->depth <= record->tokens_max) {
        record->next_element[record->depth] = first_element;
    }
    return record->depth <= ARK_JSON_DEPTH_MAX;
}

static int
begin_object(void *context)
{
    struct ark_json_record *record = context;
    if (record->depth > 0) {
        (void)take(record, true, false);
    }
    record->begun = true;
    return open_container(record, IN_OBJECT);
}

static int
begin_array(void *context)
{
    struct ark_json_record *record = context;
    return take(record, true, true) == 0 ? 0 : open_container(record, 0);
}

static int
end_container(void *context)
{
    struct ark_json_record *record = context;
    record->depth--;
    return 1;
}

static int
take_key(void *context, const unsigned char *bytes, size_t len)
{
    enter(context, ark_str_make(bytes, len));
    return 1;
}

static const yajl_callbacks CALLBACKS = {
    .yajl_null = take_null,
    .yajl_boolean = take_boolean,
    .yajl_number = take_number,
    .yajl_string = take_string,
    .yajl_start_map = begin_object,
    .yajl_map_key = take_key,
    .yajl_end_map = end_container,
    .yajl_start_array = begin_array,
    .yajl_end_array = end_container,
};

// yajl does not look whether it got memory.

static void *
allocate(void *context ARK_UNUSED, size_t size)
{
    return ark_xmalloc(size);
}

static void *
reallocate(void *context ARK_UNUSED, void *old, size_t size)
{
    return ark_xrealloc(old, size, 1);
}

static void
release(void *context ARK_UNUSED, void *memory)
{
    free(memory);
}

bool
ark_json_record_read(struct ark_json_record *record, ark_str line, size_t *bad)
{
    yajl_alloc_funcs memory = {allocate, reallocate, release, NULL};
    record->depth = 0;
    record->begun = false;
    for (size_t i = 0; i < record->path_count; i++) {
        record->paths[i].matched = 0;
        forget_value(&record->paths[i]);
    }
    yajl_handle parser = yajl_alloc(&CALLBACKS, &memory, record);
    (void)yajl_config(parser, yajl_dont_validate_strings, 1);
    bool whole = yajl_parse(parser, line.bytes, line.len) == yajl_status_ok;
    size_t consumed = whole ? line.len : yajl_get_bytes_consumed(parser);
    bool read = whole && yajl_complete_parse(parser) == yajl_status_ok;
    *bad = record->begun ? consumed : 0;
    yajl_free(parser);
    return read;
}

struct ark_json_value
ark_json_record_value(const struct ark_json_record *record, size_t idx)
{
    const struct path *path = &record->paths[idx];
    return (struct ark_json_value){path->present, ark_buf_view(&path->text), path->is_integer,
                                   path->integer};
}
