#include "indexer/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/config.h"
#include "common/base/file.h"
#include "common/base/jobs.h"
#include "common/base/memory.h"
#include "common/base/translate.h"
#include "common/text/utf8.h"
#include "indexer/paths.h"
#include "indexer/reader.h"

#define MEMORY_DEFAULT (UINT64_C(256) << 20)
#define MEMORY_LEAST (UINT64_C(1) << 20)
#define LIST_BYTES_MAX ((size_t)1 << 32)

enum {
    SETTINGS_BYTES_MAX = 1024 * 1024,
    WAIT_SECONDS_MAX = 100000000, // three years
};

enum id {
    ID_INDEX,
    ID_CONFIG,
    ID_COLOR,
    ID_QUIET,
    ID_HELP,
    ID_VERSION,
    ID_REBUILD,
    ID_DELETE,
    ID_COMPACT,
    ID_VERIFY,
    ID_LIST,
    ID_NULL,
    ID_INFO,
    ID_FORMAT,
    ID_DRY_RUN,
    ID_MEMORY,
    ID_JOBS,
    ID_INCLUDE,
    ID_EXCLUDE,
    ID_HIDDEN,
    ID_FOLLOW,
    ID_ONE_FILE_SYSTEM,
    ID_MAX_SIZE,
    ID_FILES_FROM,
    ID_TYPE,
    ID_ENCODING,
    ID_MAP,
    ID_WAIT,
    ID_PROGRESS,
    ID_BIDI,
    ID_VERBOSE,
    ID_END
};

const struct ark_option ark_index_option_table[] = {
    {"index", 'i', "DIR", "the index", ID_INDEX, true},
    {"config", '\0', "FILE", NULL, ID_CONFIG, false},
    {"color", '\0', "WHEN", "settings; auto, always, never", ID_COLOR, true},
    {"quiet", 'q', NULL, "errors only", ID_QUIET, false},
    {"help", 'h', NULL, NULL, ID_HELP, false},
    {"version", 'V', NULL, "this text, the version", ID_VERSION, false},
    {"rebuild", '\0', NULL, "index all roots anew", ID_REBUILD, false},
    {"delete", '\0', NULL, "forget paths, roots or PATH#RECORD", ID_DELETE, false},
    {"compact", '\0', NULL, NULL, ID_COMPACT, false},
    {"verify", '\0', NULL, "rewrite without free space; check all", ID_VERIFY, false},
    {"list", '\0', NULL, NULL, ID_LIST, false},
    {"null", '0', NULL, "paths of all documents; ended by NUL", ID_NULL, false},
    {"info", '\0', NULL, NULL, ID_INFO, false},
    {"format", '\0', "FMT", "counts, sizes, roots; text or json", ID_FORMAT, false},
    {"dry-run", 'n', NULL, "say what would be done", ID_DRY_RUN, false},
    {"memory", '\0', "SIZE", "words held in memory (256M)", ID_MEMORY, true},
    {"jobs", 'j', "N", "threads that work (one a processor)", ID_JOBS, true},
    {"include", '\0', "GLOB", NULL, ID_INCLUDE, true},
    {"exclude", '\0', "GLOB", "which files; the last match wins", ID_EXCLUDE, true},
    {"hidden", '\0', NULL, NULL, ID_HIDDEN, true},
    {"follow", '\0', NULL, "hidden files too; links to folders", ID_FOLLOW, true},
    {"one-file-system", 'x', NULL, "stay on the file system of PATH", ID_ONE_FILE_SYSTEM, true},
    {"max-size", '\0', "SIZE", "skip larger documents (64M)", ID_MAX_SIZE, true},
    {"files-from", '\0', "FILE", "more paths, one a line; - is stdin", ID_FILES_FROM, false},
    {"type", '\0', "TYPE", NULL, ID_TYPE, false},
    {"encoding", '\0', "NAME", "instead of judging by content", ID_ENCODING, true},
    {"map", '\0', "FIELD=KEY", "where records keep title, body, ...", ID_MAP, true},
    {"wait", '\0', "[=SECONDS]", "wait for another ark-index", ID_WAIT, false},
    {"progress", '\0', "WHEN", NULL, ID_PROGRESS, false},
    {"bidi", '\0', "MODE", "auto, always, never; right-to-left text", ID_BIDI, true},
    {"verbose", 'v', NULL, "a line for each document; -vv more", ID_VERBOSE, false},
    {NULL, '\0', NULL, NULL, 0, false},
};

_Static_assert(ARK_COUNT_OF(ark_index_option_table) == ID_END + 1, "an entry for each option");

/** Settings of ark-search in the common config file. */
static const char *const SEARCH_SETTINGS[] = {"limit", "snippets",  "width", "group",  "suggest",
                                              "mark",  "hyperlink", "pager", "digits", NULL};

static const char *const FORMAT_NAMES[] = {"text", "json", NULL};

static const char USAGE[] =
    ARK_N("Usage: ark-index [OPTION]... [PATH]...  (without PATH: all known roots)\n"
          "       ark-index --delete [OPTION]... PATH...\n");

/** What the handler fills. */
struct parsing {
    struct ark_index_options *options;
    bool from_config;
    const char *index_option;
    char *index_config;
    const char *config_option;
    const char *files_from;
    const char *mode_name;    /**< of the first option that set a mode */
    const char *setting_name; /**< of the first setting on the command line */
    bool null_given;
    bool format_given;
};

/** An option that says what the run is for; there can be one. */
static enum ark_status
set_mode(struct parsing *parsing, int id, struct ark_error *err)
{
    static const enum ark_index_mode modes[] = {
        [ID_REBUILD] = ARK_MODE_REBUILD, [ID_DELETE] = ARK_MODE_DELETE,
        [ID_COMPACT] = ARK_MODE_COMPACT, [ID_VERIFY] = ARK_MODE_VERIFY,
        [ID_LIST] = ARK_MODE_LIST,       [ID_INFO] = ARK_MODE_INFO,
    };
    const char *name = ark_index_option_table[id].name;
    if (parsing->mode_name != NULL && strcmp(parsing->mode_name, name) != 0) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--%s and --%s exclude each other",
                             parsing->mode_name, name);
    }
    parsing->mode_name = name;
    parsing->options->mode = modes[id];
    return ARK_OK;
}

/** Checks the value of an option that is remembered with a root. */
static enum ark_status
check_setting(int id, const char *value, struct ark_error *err)
{
    const char *name = ark_index_option_table[id].name;
    struct ark_reader_options scratch = {.type = NULL};
    uint64_t size = 0;
    size_t bad = 0;
    if (id == ID_MAX_SIZE && !ark_parse_size(value, &size)) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--%s needs a size such as 64M, not: %s", name,
                             value);
    }
    if (id == ID_MAP) {
        return ark_utf8_valid(ark_str_from(value), &bad)
                   ? ark_reader_set_map(&scratch, value, err)
                   : ark_error_set(err, ARK_E_ARGUMENT, "--%s is not UTF-8 from byte %zu: %s", name,
                                   bad, value);
    }
    if (value[0] == '\0') {
        return ark_error_set(err, ARK_E_ARGUMENT, "--%s needs a value", name);
    }
    return ARK_OK;
}

/** Options that choose files and readers become "name=value" pieces. */
static enum ark_status
add_setting(struct parsing *parsing, int id, const char *value, struct ark_error *err)
{
    const char *name = ark_index_option_table[id].name;
    struct ark_buf *settings = &parsing->options->settings;
    const char *text = value == NULL ? "yes" : value;
    enum ark_status status = check_setting(id, text, err);
    if (status != ARK_OK) {
        return status;
    }
    if (settings->len + strlen(text) + strlen(name) + 32 > SETTINGS_BYTES_MAX) {
        return ark_error_set(err, ARK_E_LIMIT, "too many or too long settings, at --%s", name);
    }
    if (!parsing->from_config) {
        parsing->options->settings_given = true;
        parsing->setting_name = parsing->setting_name == NULL ? name : parsing->setting_name;
    }
    if (id == ID_MAX_SIZE) {
        uint64_t size = 0;
        (void)ark_parse_size(text, &size);
        ark_buf_printf(settings, "%s=%llu", name, (unsigned long long)size);
    } else {
        ark_buf_printf(settings, "%s=%s", name, text);
    }
    ark_buf_push(settings, '\0');
    return ARK_OK;
}

static enum ark_status
set_when(int id, const char *value, enum ark_when *out, struct ark_error *err)
{
    int when = 0;
    enum ark_status status =
        ark_parse_choice(ark_index_option_table[id].name, value, ark_when_names, &when, err);
    if (status == ARK_OK) {
        *out = (enum ark_when)when;
    }
    return status;
}

static enum ark_status
set_bidi(const char *value, enum ark_bidi *out, struct ark_error *err)
{
    int bidi = 0;
    enum ark_status status = ark_parse_choice("bidi", value, ark_bidi_names, &bidi, err);
    if (status == ARK_OK) {
        *out = (enum ark_bidi)bidi;
    }
    return status;
}

static enum ark_status
set_wait(struct ark_index_options *options, const char *value, struct ark_error *err)
{
    uint64_t seconds = 0;
    if (value != NULL && !ark_parse_number(value, WAIT_SECONDS_MAX, &seconds)) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--wait needs a number of seconds, not: %s",
                             value);
    }
    options->wait_seconds = value == NULL ? -1 : (long)seconds;
    return ARK_OK;
}

static enum ark_status
set_memory(struct ark_index_options *options, const char *value, struct ark_error *err)
{
    uint64_t size = 0;
    if (!ark_parse_size(value, &size) || size < MEMORY_LEAST) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "--memory needs a size of 1M or more, such as 256M, not: %s", value);
    }
    options->memory_bytes_max = size;
    return ARK_OK;
}

static enum ark_status
set_jobs(struct ark_index_options *options, const char *value, struct ark_error *err)
{
    uint64_t jobs = 0;
    if (!ark_parse_number(value, ARK_JOBS_WORKERS_MAX, &jobs) || jobs == 0) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--jobs needs a number from 1 to %d, not: %s",
                             ARK_JOBS_WORKERS_MAX, value);
    }
    options->jobs = (unsigned)jobs;
    return ARK_OK;
}

/** One thread a processor; what the system says of them may change while we run, so it is asked once. */
static unsigned
default_jobs(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    if (online < 1) {
        return 1;
    }
    return online > ARK_JOBS_WORKERS_MAX ? ARK_JOBS_WORKERS_MAX : (unsigned)online;
}

static enum ark_status
set_format(struct parsing *parsing, const char *value, struct ark_error *err)
{
    int format = 0;
    enum ark_status status = ark_parse_choice("format", value, FORMAT_NAMES, &format, err);
    parsing->options->json = status == ARK_OK && format == 1;
    parsing->format_given = true;
    return status;
}

static void
set_index(struct parsing *parsing, const char *value)
{
    if (parsing->from_config) {
        free(parsing->index_config);
        parsing->index_config = ark_xstrdup(value);
    } else {
        parsing->index_option = value;
    }
}

static enum ark_status
handle(void *context, int id, const char *value, struct ark_error *err)
{
    struct parsing *parsing = context;
    struct ark_index_options *options = parsing->options;
    switch ((enum id)id) {
    case ID_INDEX:
        set_index(parsing, value);
        return ARK_OK;
    case ID_CONFIG: // seen by the first pass
    case ID_HELP:
    case ID_VERSION:
        return ARK_OK;
    case ID_COLOR:
        return set_when(id, value, &options->color, err);
    case ID_PROGRESS:
        return set_when(id, value, &options->progress, err);
    case ID_BIDI:
        return set_bidi(value, &options->bidi, err);
    case ID_QUIET:
        options->quiet = true;
        return ARK_OK;
    case ID_REBUILD:
    case ID_DELETE:
    case ID_COMPACT:
    case ID_VERIFY:
    case ID_LIST:
    case ID_INFO:
        return set_mode(parsing, id, err);
    case ID_NULL:
        parsing->null_given = true;
        options->null_ended = true;
        return ARK_OK;
    case ID_FORMAT:
        return set_format(parsing, value, err);
    case ID_DRY_RUN:
        options->dry_run = true;
        return ARK_OK;
    case ID_MEMORY:
        return set_memory(options, value, err);
    case ID_JOBS:
        return set_jobs(options, value, err);
    case ID_FILES_FROM:
        parsing->files_from = value;
        return ARK_OK;
    case ID_WAIT:
        return set_wait(options, value, err);
    case ID_VERBOSE:
        options->verbose++;
        return ARK_OK;
    default:
        return add_setting(parsing, id, value, err);
    }
}

/** The first pass: what must be known before the config file is read. */
static enum ark_status
look_ahead(void *context, int id, const char *value, struct ark_error *err)
{
    struct parsing *parsing = context;
    (void)err;
    if (id == ID_CONFIG) {
        parsing->config_option = value;
    } else if (id == ID_HELP && parsing->options->mode != ARK_MODE_VERSION) {
        parsing->options->mode = ARK_MODE_HELP;
    } else if (id == ID_VERSION && parsing->options->mode != ARK_MODE_HELP) {
        parsing->options->mode = ARK_MODE_VERSION;
    } else if (id == ID_BIDI) {
        (void)set_bidi(value, &parsing->options->bidi, NULL); // for what is said of the others
    }
    return ARK_OK;
}

static enum ark_status
read_config(struct parsing *parsing, const struct ark_command_line *line, struct ark_error *err)
{
    bool named = false;
    char *path = ark_config_path(parsing->config_option, &named);
    parsing->from_config = true;
    enum ark_status status = ark_config_read(line, path, named, SEARCH_SETTINGS, err);
    parsing->from_config = false;
    free(path);
    // $ARK_BIDI stands between the config file and the command line.
    const char *bidi = getenv("ARK_BIDI");
    struct ark_error cause;
    if (status == ARK_OK && bidi != NULL && bidi[0] != '\0') {
        status = set_bidi(bidi, &parsing->options->bidi, &cause);
        if (status != ARK_OK) {
            (void)ark_error_set(err, status, "ARK_BIDI: %s", cause.text);
        }
    }
    return status;
}

/** Combinations that make no sense are refused: an option without effect hides a mistake. */
static enum ark_status
check_combination(const struct parsing *parsing, int argument_count, struct ark_error *err)
{
    const struct ark_index_options *options = parsing->options;
    enum ark_index_mode mode = options->mode;
    bool has_paths = argument_count > 0 || parsing->files_from != NULL;
    bool takes_paths = mode == ARK_MODE_UPDATE || mode == ARK_MODE_DELETE;
    if (has_paths && !takes_paths) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--%s takes no PATH", parsing->mode_name);
    }
    if (mode == ARK_MODE_DELETE && !has_paths) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--delete needs a PATH");
    }
    if (options->settings_given && (mode != ARK_MODE_UPDATE || !has_paths)) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "--%s needs a PATH: roots keep the options they were given with",
                             parsing->setting_name);
    }
    if (options->dry_run && !takes_paths && mode != ARK_MODE_REBUILD) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--dry-run and --%s exclude each other",
                             parsing->mode_name);
    }
    if (parsing->null_given && mode != ARK_MODE_LIST && parsing->files_from == NULL) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--null needs --list or --files-from");
    }
    if (parsing->format_given && mode != ARK_MODE_INFO) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--format needs --info");
    }
    return ARK_OK;
}

/** Puts the arguments and the names of --files-from into options->paths. */
static enum ark_status
gather_paths(struct parsing *parsing, char **arguments, size_t argument_count,
             struct ark_error *err)
{
    struct ark_index_options *options = parsing->options;
    char **listed = NULL;
    size_t listed_count = 0;
    if (parsing->files_from != NULL) {
        struct ark_buf bytes = ark_buf_make(LIST_BYTES_MAX + 1);
        struct ark_error cause;
        enum ark_status status = ark_file_read(parsing->files_from, LIST_BYTES_MAX, &bytes, &cause);
        if (status != ARK_OK) {
            ark_buf_dispose(&bytes);
            return ark_error_set(err, status, "cannot read the list of paths: %s", cause.text);
        }
        (void)ark_buf_cstr(&bytes);
        options->list_bytes = (char *)bytes.bytes; // ours from here on
        listed_count =
            ark_path_list_split(options->list_bytes, bytes.len, options->null_ended, &listed);
    }
    options->path_count = argument_count + listed_count;
    options->listed_start = argument_count;
    options->paths = ark_xcalloc(options->path_count + 1, sizeof *options->paths);
    for (size_t i = 0; i < options->path_count; i++) {
        options->paths[i] = i < argument_count ? arguments[i] : listed[i - argument_count];
        if (options->paths[i][0] == '\0') {
            free(listed);
            return ark_error_set(err, ARK_E_ARGUMENT, "an empty PATH");
        }
    }
    free(listed);
    return ARK_OK;
}

/** Runs the first pass over a copy of argv, which parsing reorders. */
static enum ark_status
first_pass(struct parsing *parsing, int argc, char **argv, struct ark_error *err)
{
    const struct ark_command_line line = {.program = "ark-index",
                                          .options = ark_index_option_table,
                                          .handle = look_ahead,
                                          .context = parsing};
    size_t count = (size_t)argc;
    int rest_count = 0;
    char **copy = ark_xcalloc(count + 1, sizeof *copy);
    memcpy(copy, argv, count * sizeof *copy);
    enum ark_status status = ark_command_line_parse(&line, argc, copy, &rest_count, err);
    free(copy);
    return status;
}

static enum ark_status
read_all(struct parsing *parsing, int argc, char **argv, struct ark_error *err)
{
    const struct ark_command_line line = {.program = "ark-index",
                                          .options = ark_index_option_table,
                                          .handle = handle,
                                          .context = parsing};
    int rest_count = 0;
    enum ark_status status = first_pass(parsing, argc, argv, err);
    if (status != ARK_OK || parsing->options->mode != ARK_MODE_UPDATE) {
        return status; // --help and --version need nothing else
    }
    status = read_config(parsing, &line, err);
    if (status == ARK_OK) {
        status = ark_command_line_parse(&line, argc, argv, &rest_count, err);
    }
    if (status == ARK_OK) {
        status = check_combination(parsing, rest_count, err);
    }
    if (status == ARK_OK) {
        status = gather_paths(parsing, argv + 1, (size_t)rest_count, err);
    }
    if (status == ARK_OK) {
        parsing->options->index_path = ark_index_path(parsing->index_option, parsing->index_config);
    }
    return status;
}

enum ark_status
ark_index_options_read(int argc, char **argv, struct ark_index_options *out, struct ark_error *err)
{
    struct parsing parsing = {.options = out};
    *out = (struct ark_index_options){.memory_bytes_max = MEMORY_DEFAULT,
                                      .jobs = default_jobs(),
                                      .bidi = ark_bidi_from_environment(),
                                      .settings = ark_buf_make(SETTINGS_BYTES_MAX)};
    enum ark_status status = read_all(&parsing, argc, argv, err);
    free(parsing.index_config);
    return status;
}

void
ark_index_options_dispose(struct ark_index_options *options)
{
    free(options->index_path);
    free(options->paths);
    free(options->list_bytes);
    ark_buf_dispose(&options->settings);
}

void
ark_index_print_help(const struct ark_screen *screen)
{
    ark_screen_print_help(screen, USAGE, ark_index_option_table, "");
}
