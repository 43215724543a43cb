/**
 * @file options.h
 * What the command line, the environment and the config file of ark-search say.
 */
#ifndef ARK_SEARCHER_OPTIONS_H
#define ARK_SEARCHER_OPTIONS_H

#include "common/base/options.h"
#include "common/terminal/terminal.h"
#include "searcher/collapse.h"
#include "searcher/digits.h"
#include "searcher/query.h"

/** --format. The names are in this order. */
enum ark_format { ARK_FORMAT_TEXT, ARK_FORMAT_JSON, ARK_FORMAT_TSV, ARK_FORMAT_TREC };
extern const char *const ark_format_names[];

/** --explain. */
enum ark_explain { ARK_EXPLAIN_NONE, ARK_EXPLAIN_HITS, ARK_EXPLAIN_QUERY };

struct ark_options {
    char *index;       /**< the directory to open; owned */
    char *config_file; /**< --config, or NULL; owned */
    enum ark_when color;
    bool quiet;
    bool help;
    bool version;
    uint32_t limit;
    uint32_t offset;
    struct ark_query_options query;
    struct ark_date_range dates; /**< --since and --until, for query.dates */
    enum ark_sort sort;
    enum ark_grouping grouping;
    uint32_t snippets;
    uint32_t kwic;  /**< words of context on each side; 0 = no concordance */
    uint32_t width; /**< 0 = by default */
    bool paths;
    bool null_ended;
    bool count;
    enum ark_format format;
    char *show;    /**< the document to show, or NULL; owned */
    uint32_t open; /**< the rank of the hit to open; 0 = none */
    enum ark_explain explain;
    bool stats;
    char *mark;       /**< "OPEN,CLOSE", or NULL; owned */
    size_t mark_open; /**< bytes of OPEN in mark */
    enum ark_bidi bidi;
    enum ark_when links; /**< --hyperlink */
    enum ark_when pager;
    enum ark_digits digits;
    enum ark_when suggest;
    char *complete; /**< the beginning of a word, or NULL; owned */
    char *run_tag;  /**< owned */
    bool interactive;
    char *queries; /**< the file of a batch, or NULL; owned */
    char *text;    /**< the query: the arguments joined by spaces; owned */
};

/** The option table: the order of --help and manual. */
extern const struct ark_option ark_search_options[];

/**
 * Reads the command line, then the config file for what it left open, then
 * checks what must fit together. *out is the caller's to dispose, also after an
 * error. ARK_E_ARGUMENT.
 */
enum ark_status ark_options_read(struct ark_options *out, int argc, char **argv,
                                 struct ark_error *err) ARK_MUST_CHECK;
/** Frees what it owns. */
void ark_options_dispose(struct ark_options *options);

#endif
