#include "searcher/options.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/config.h"
#include "common/base/memory.h"
#include "common/text/utf8.h"
#include "searcher/kwic.h"
#include "searcher/search.h"
#include "searcher/snippet.h"

enum {
    LIMIT_DEFAULT = 10,
    LIMIT_TREC = 1000, // what evaluations ask for
    SNIPPETS_DEFAULT = 1,
};

enum id {
    ID_INDEX,
    ID_CONFIG,
    ID_COLOR,
    ID_QUIET,
    ID_HELP,
    ID_VERSION,
    ID_LIMIT,
    ID_OFFSET,
    ID_ALL,
    ID_EXACT,
    ID_PHRASE,
    ID_SINCE,
    ID_UNTIL,
    ID_SORT,
    ID_GROUP,
    ID_SNIPPETS,
    ID_KWIC,
    ID_WIDTH,
    ID_PATHS,
    ID_NULL,
    ID_COUNT,
    ID_FORMAT,
    ID_JSON,
    ID_SHOW,
    ID_OPEN,
    ID_EXPLAIN,
    ID_STATS,
    ID_MARK,
    ID_HYPERLINK,
    ID_BIDI,
    ID_PAGER,
    ID_DIGITS,
    ID_SUGGEST,
    ID_COMPLETE,
    ID_RUN_TAG,
    ID_QUERIES,
    ID_INTERACTIVE,
    ID_END
};

const struct ark_option ark_search_options[] = {
    {"index", 'i', "DIR", NULL, ID_INDEX, true},
    {"config", '\0', "FILE", "the index; settings", ID_CONFIG, false},
    {"color", '\0', "WHEN", "colour: auto, always, never", ID_COLOR, true},
    {"quiet", 'q', NULL, "no results: the exit status tells", ID_QUIET, false},
    {"help", 'h', NULL, NULL, ID_HELP, false},
    {"version", 'V', NULL, "this text, the version", ID_VERSION, false},
    {"limit", 'n', "N", NULL, ID_LIMIT, true},
    {"offset", '\0', "N", "show N documents (10), skip N", ID_OFFSET, false},
    {"all", 'a', NULL, NULL, ID_ALL, false},
    {"exact", 'e', NULL, NULL, ID_EXACT, false},
    {"phrase", 'p', NULL, "every word; as written; one phrase", ID_PHRASE, false},
    {"since", '\0', "DATE", NULL, ID_SINCE, false},
    {"until", '\0', "DATE", "documents from and to a date", ID_UNTIL, false},
    {"sort", '\0', "KEY", NULL, ID_SORT, false},
    {"group", '\0', "HOW", "score, date, path; fold, list, off", ID_GROUP, true},
    {"snippets", 's', "N", NULL, ID_SNIPPETS, true},
    {"kwic", '\0', "[=WORDS]", "passages of a document (1); concordance", ID_KWIC, false},
    {"width", 'w', "N", "wrap text at N columns", ID_WIDTH, true},
    {"paths", 'l', NULL, NULL, ID_PATHS, false},
    {"null", '0', NULL, NULL, ID_NULL, false},
    {"count", 'c', NULL, "only paths; ended by NUL; number", ID_COUNT, false},
    {"format", '\0', "FMT", NULL, ID_FORMAT, false},
    {"json", 'j', NULL, "text, json, tsv, trec; json", ID_JSON, false},
    {"show", '\0', "DOC", NULL, ID_SHOW, false},
    {"open", '\0', "[=N]", "the text of DOC; open hit N (1)", ID_OPEN, false},
    {"explain", '\0', "[=query]", NULL, ID_EXPLAIN, false},
    {"stats", '\0', NULL, "why a score, or the query; times", ID_STATS, false},
    {"mark", '\0', "OPEN,CLOSE", "texts around a match", ID_MARK, true},
    {"hyperlink", '\0', "WHEN", NULL, ID_HYPERLINK, true},
    {"bidi", '\0', "MODE", "links on paths; right-to-left text", ID_BIDI, true},
    {"pager", '\0', "WHEN", NULL, ID_PAGER, true},
    {"digits", '\0', "SET", "page results; ascii, arab, locale", ID_DIGITS, true},
    {"suggest", '\0', "WHEN", NULL, ID_SUGGEST, true},
    {"complete", '\0', "PREFIX", "what was meant; words of the index", ID_COMPLETE, false},
    {"run-tag", '\0', "TAG", "last column of trec", ID_RUN_TAG, false},
    {"queries", '\0', "FILE", NULL, ID_QUERIES, false},
    {"interactive", '\0', NULL, "a batch: lines ID<TAB>QUERY; a prompt", ID_INTERACTIVE, false},
    {NULL, '\0', NULL, NULL, 0, false},
};

/** Settings of ark-index in the common config file. */
static const char *const INDEX_SETTINGS[] = {"memory",          "max-size", "include",  "exclude",
                                             "hidden",          "follow",   "encoding", "map",
                                             "one-file-system", NULL};

const char *const ark_format_names[] = {"text", "json", "tsv", "trec", NULL};
static const char *const EXPLAIN_NAMES[] = {"query", NULL};

/** One reading of options from one place. */
struct reading {
    struct ark_options *options;
    bool given[ID_END]; // by a stronger place
    bool from_file;
    char *index; // as this place says; owned
};

static void
replace(char **place, const char *value)
{
    free(*place);
    *place = ark_xstrdup(value);
}

static enum ark_status
read_number(const char *name, const char *value, uint32_t min, uint32_t max, uint32_t *out,
            struct ark_error *err)
{
    uint64_t number = 0;
    if (!ark_parse_number(value, max, &number) || number < min) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "--%s must be a number from %" PRIu32 " to %" PRIu32 ", not: %s", name,
                             min, max, value);
    }
    *out = (uint32_t)number;
    return ARK_OK;
}

static enum ark_status
read_mark(struct ark_options *options, const char *value, struct ark_error *err)
{
    const char *comma = strchr(value, ',');
    if (comma == NULL) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--mark must be OPEN,CLOSE, not: %s", value);
    }
    if (!ark_utf8_valid(ark_str_from(value), NULL)) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--mark is not UTF-8: %s", value);
    }
    replace(&options->mark, value);
    options->mark_open = (size_t)(comma - value);
    return ARK_OK;
}

/** --since and --until: one day, month or year, whose first or last day counts. */
static enum ark_status
read_date(const char *name, const char *value, struct ark_date_range *out, struct ark_error *err)
{
    bool turned = false;
    if (strstr(value, "..") != NULL || !ark_date_range_parse(ark_str_from(value), out, &turned)) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "--%s must be a year, a month or a day (2016, 2016-11, 2016-11-02), "
                             "not: %s",
                             name, value);
    }
    return ARK_OK;
}

static enum ark_status
read_open(struct ark_options *options, const char *value, struct ark_error *err)
{
    options->open = 1;
    return value == NULL ? ARK_OK
                         : read_number("open", value, 1, ARK_HITS_MAX, &options->open, err);
}

/** Options of what to do, of which documents, and in what order. */
static enum ark_status
take_choice(struct ark_options *options, enum id id, const char *value, struct ark_error *err)
{
    int choice = 0;
    enum ark_status status = ARK_OK;
    struct ark_date_range range;
    switch (id) {
    case ID_SHOW:
        replace(&options->show, value);
        break;
    case ID_OPEN:
        return read_open(options, value, err);
    case ID_KWIC:
        options->kwic = ARK_KWIC_WORDS;
        return value == NULL
                   ? ARK_OK
                   : read_number("kwic", value, 1, ARK_KWIC_WORDS_MAX, &options->kwic, err);
    case ID_COMPLETE:
        replace(&options->complete, value);
        break;
    case ID_SINCE:
        status = read_date("since", value, &range, err);
        options->dates.first = status == ARK_OK ? range.first : 0;
        break;
    case ID_UNTIL:
        status = read_date("until", value, &range, err);
        options->dates.last = status == ARK_OK ? range.last : 0;
        break;
    case ID_SORT:
        status = ark_parse_choice("sort", value, ark_sort_names, &choice, err);
        options->sort = (enum ark_sort)choice;
        break;
    case ID_SUGGEST:
        status = ark_parse_choice("suggest", value, ark_when_names, &choice, err);
        options->suggest = (enum ark_when)choice;
        break;
    default:
        ARK_ASSERT(id == ID_GROUP);
        status = ark_parse_choice("group", value, ark_group_names, &choice, err);
        options->grouping = (enum ark_grouping)choice;
        break;
    }
    return status;
}

/** Options with a value. */
static enum ark_status
take_value(struct reading *reading, enum id id, const char *value, struct ark_error *err)
{
    struct ark_options *options = reading->options;
    int choice = 0;
    enum ark_status status = ARK_OK;
    switch (id) {
    case ID_INDEX:
        replace(&reading->index, value);
        break;
    case ID_CONFIG:
        replace(&options->config_file, value);
        break;
    case ID_COLOR:
        status = ark_parse_choice("color", value, ark_when_names, &choice, err);
        options->color = (enum ark_when)choice;
        break;
    case ID_LIMIT:
        return read_number("limit", value, 0, ARK_HITS_MAX, &options->limit, err);
    case ID_OFFSET:
        return read_number("offset", value, 0, ARK_HITS_MAX, &options->offset, err);
    case ID_SNIPPETS:
        return read_number("snippets", value, 0, ARK_SNIPPETS_MAX, &options->snippets, err);
    case ID_WIDTH:
        return read_number("width", value, ARK_WIDTH_MIN, ARK_WIDTH_MAX, &options->width, err);
    case ID_FORMAT:
        status = ark_parse_choice("format", value, ark_format_names, &choice, err);
        options->format = (enum ark_format)choice;
        break;
    case ID_EXPLAIN:
        options->explain = value == NULL ? ARK_EXPLAIN_HITS : ARK_EXPLAIN_QUERY;
        return value == NULL ? ARK_OK
                             : ark_parse_choice("explain", value, EXPLAIN_NAMES, &choice, err);
    case ID_MARK:
        return read_mark(options, value, err);
    case ID_BIDI:
        status = ark_parse_choice("bidi", value, ark_bidi_names, &choice, err);
        options->bidi = (enum ark_bidi)choice;
        break;
    case ID_HYPERLINK:
        status = ark_parse_choice("hyperlink", value, ark_when_names, &choice, err);
        options->links = (enum ark_when)choice;
        break;
    case ID_PAGER:
        status = ark_parse_choice("pager", value, ark_when_names, &choice, err);
        options->pager = (enum ark_when)choice;
        break;
    case ID_DIGITS:
        status = ark_parse_choice("digits", value, ark_digits_names, &choice, err);
        options->digits = (enum ark_digits)choice;
        break;
    case ID_RUN_TAG:
        replace(&options->run_tag, value);
        break;
    case ID_SHOW:
    case ID_OPEN:
    case ID_KWIC:
    case ID_COMPLETE:
    case ID_SINCE:
    case ID_UNTIL:
    case ID_SORT:
    case ID_GROUP:
    case ID_SUGGEST:
        return take_choice(options, id, value, err);
    default:
        ARK_ASSERT(id == ID_QUERIES);
        replace(&options->queries, value);
        break;
    }
    return status;
}

/** Options without a value. */
static void
take_switch(struct ark_options *options, enum id id)
{
    bool *const switches[ID_END] = {
        [ID_QUIET] = &options->quiet,
        [ID_HELP] = &options->help,
        [ID_VERSION] = &options->version,
        [ID_ALL] = &options->query.all,
        [ID_EXACT] = &options->query.exact,
        [ID_PHRASE] = &options->query.phrase,
        [ID_PATHS] = &options->paths,
        [ID_NULL] = &options->null_ended,
        [ID_COUNT] = &options->count,
        [ID_STATS] = &options->stats,
        [ID_INTERACTIVE] = &options->interactive,
    };
    if (id == ID_JSON) {
        options->format = ARK_FORMAT_JSON;
        return;
    }
    ARK_ASSERT(switches[id] != NULL);
    *switches[id] = true;
}

static enum ark_status
take(void *context, int id, const char *value, struct ark_error *err)
{
    struct reading *reading = context;
    if (reading->from_file && reading->given[id]) {
        return ARK_OK; // the command line said otherwise
    }
    if (!reading->from_file) {
        reading->given[id] = true;
    }
    if (value != NULL || id == ID_EXPLAIN || id == ID_OPEN || id == ID_KWIC) {
        return take_value(reading, (enum id)id, value, err);
    }
    take_switch(reading->options, (enum id)id);
    return ARK_OK;
}

/** The arguments joined by spaces, checked to be UTF-8. */
static enum ark_status
join_query(struct ark_options *options, int count, char **words, struct ark_error *err)
{
    struct ark_buf text = ark_buf_make(SIZE_MAX / 2);
    size_t bad = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0) {
            ark_buf_push(&text, ' ');
        }
        ark_buf_append_str(&text, ark_str_from(words[i]));
    }
    options->text = ark_xstrdup(ark_buf_cstr(&text));
    enum ark_status status = ARK_OK;
    if (!ark_utf8_valid(ark_buf_view(&text), &bad)) {
        status = ark_error_set(err, ARK_E_ARGUMENT, "the query is not UTF-8, byte %zu: %s", bad,
                               options->text);
    }
    ark_buf_dispose(&text);
    return status;
}

/** $ARK_BIDI stands between the command line and the config file. */
static enum ark_status
read_environment(struct reading *reading, struct ark_error *err)
{
    const char *value = getenv("ARK_BIDI");
    if (value == NULL || value[0] == '\0' || reading->given[ID_BIDI]) {
        return ARK_OK;
    }
    reading->given[ID_BIDI] = true;
    struct ark_error cause;
    enum ark_status status = take_value(reading, ID_BIDI, value, &cause);
    return status == ARK_OK ? ARK_OK : ark_error_set(err, status, "ARK_BIDI: %s", cause.text);
}

static enum ark_status
read_config(struct reading *reading, struct ark_command_line *line, struct ark_error *err)
{
    struct ark_options *options = reading->options;
    char *command_line_index = reading->index;
    bool named = false;
    char *path = ark_config_path(options->config_file, &named);
    reading->index = NULL;
    reading->from_file = true;
    enum ark_status status = ark_config_read(line, path, named, INDEX_SETTINGS, err);
    free(path);
    options->index = ark_index_path(command_line_index, reading->index);
    free(command_line_index);
    free(reading->index);
    reading->index = NULL;
    return status;
}

/** Options that ask for different things. */
static enum ark_status
check_modes(const struct ark_options *options, bool one_query, struct ark_error *err)
{
    bool batch = options->queries != NULL;
    if (one_query && batch) {
        return ark_error_set(err, ARK_E_ARGUMENT, "a query and --queries exclude each other: %s",
                             options->text);
    }
    if (options->null_ended && !options->paths) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--null needs --paths");
    }
    if (options->kwic > 0 && (options->show != NULL || options->open > 0 || options->paths ||
                              options->format == ARK_FORMAT_TREC)) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "--kwic excludes --show, --open, --paths and trec");
    }
    if (options->interactive) {
        bool other = one_query || batch || options->show != NULL || options->complete != NULL ||
                     options->open > 0 || options->quiet || options->format != ARK_FORMAT_TEXT;
        return other
                   ? ark_error_set(err, ARK_E_ARGUMENT,
                                   "--interactive takes queries at its prompt and answers in text")
                   : ARK_OK;
    }
    if (options->complete != NULL) {
        return one_query || batch || options->show != NULL
                   ? ark_error_set(err, ARK_E_ARGUMENT, "--complete takes no query")
                   : ARK_OK;
    }
    if (!one_query && !batch && options->show == NULL) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "no query; write the words to search for (see --help)");
    }
    if (options->open > 0 && (batch || options->show != NULL || options->count || options->quiet)) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "--open excludes --queries, --show, --count and --quiet");
    }
    if (options->show != NULL &&
        (batch || options->paths || options->count || options->format > ARK_FORMAT_JSON)) {
        return ark_error_set(err, ARK_E_ARGUMENT,
                             "--show writes text or json, not: --queries, --paths, --count, tsv, "
                             "trec");
    }
    return ARK_OK;
}

/** What no single option can check. */
static enum ark_status
check(struct reading *reading, struct ark_error *err)
{
    struct ark_options *options = reading->options;
    bool one_query = ark_str_trim(ark_str_from(options->text)).len > 0;
    if (reading->given[ID_SINCE] || reading->given[ID_UNTIL]) {
        options->query.dates = &options->dates;
    }
    if (!reading->given[ID_LIMIT] && options->format == ARK_FORMAT_TREC) {
        options->limit = LIMIT_TREC; // whatever a config file says for people
    }
    if (options->open > 0) {
        uint64_t offset = (uint64_t)options->offset + options->open - 1;
        options->offset = offset < ARK_HITS_MAX ? (uint32_t)offset : ARK_HITS_MAX;
        options->limit = 1;
    }
    if (options->limit > ARK_HITS_MAX - options->offset) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--limit and --offset are together at most %d",
                             ARK_HITS_MAX);
    }
    if (options->dates.first > options->dates.last) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--since is a later date than --until");
    }
    if (options->sort > ARK_SORT_PATH && options->kwic == 0) {
        return ark_error_set(err, ARK_E_ARGUMENT, "--sort=%s is for --kwic",
                             ark_sort_names[options->sort]);
    }
    return check_modes(options, one_query, err);
}

enum ark_status
ark_options_read(struct ark_options *out, int argc, char **argv, struct ark_error *err)
{
    struct reading reading = {.options = out};
    struct ark_command_line line = {.program = "ark-search",
                                    .options = ark_search_options,
                                    .handle = take,
                                    .context = &reading,
                                    .dash_text = true};
    int rest = 0;
    *out = (struct ark_options){.limit = LIMIT_DEFAULT,
                                .dates = {ARK_DATE_MIN, ARK_DATE_MAX},
                                .snippets = SNIPPETS_DEFAULT,
                                .run_tag = ark_xstrdup("ark")};
    enum ark_status status = ark_command_line_parse(&line, argc, argv, &rest, err);
    if (status == ARK_OK && (out->help || out->version)) {
        free(reading.index);
        return ARK_OK;
    }
    if (status == ARK_OK) {
        status = join_query(out, rest, argv + 1, err);
    }
    if (status == ARK_OK) {
        status = read_environment(&reading, err);
    }
    if (status == ARK_OK) {
        status = read_config(&reading, &line, err);
    }
    free(reading.index);
    return status == ARK_OK ? check(&reading, err) : status;
}

void
ark_options_dispose(struct ark_options *options)
{
    free(options->index);
    free(options->config_file);
    free(options->mark);
    free(options->run_tag);
    free(options->queries);
    free(options->show);
    free(options->complete);
    free(options->text);
    *options = (struct ark_options){0};
}
