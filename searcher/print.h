/**
 * @file print.h
 * What every output format is given, and the formats themselves.
 *
 * A format never fails and does no output of its own: it appends to a buffer.
 * For one query its functions are called once, once for each hit, and once.
 */
#ifndef ARK_SEARCHER_PRINT_H
#define ARK_SEARCHER_PRINT_H

#include "common/terminal/line.h"
#include "searcher/collapse.h"
#include "searcher/digits.h"
#include "searcher/kwic.h"
#include "searcher/snippet.h"
#include "searcher/suggest.h"

/** What stays the same for a whole run, and how far it is. */
struct ark_print {
    const struct ark_terminal *terminal;
    ark_str working_directory; /**< paths under it are shown without it; may be empty */
    ark_str run_tag;           /**< of trec */
    bool null_ended;           /**< of paths */
    bool lists_similar;        /**< --group=list */
    enum ark_digits digits;    /**< of counts and ranks in the text format; not LOCALE */
    ark_str host;              /**< that links to files name; may be empty */
    uint64_t block_count;      /**< blocks of the text format written so far */
};

/** A query and what came of it. */
struct ark_shown_query {
    ark_str id; /**< of a batch; bytes NULL when there is none */
    ark_str text;
    uint32_t word_count;
    const struct ark_results *results;
    const struct ark_similars *similars;       /**< by hit of the results */
    const struct ark_suggestions *suggestions; /**< NULL: none */
    uint64_t groups;                           /**< among all matching documents, when counted */
    uint64_t elapsed_ns;                       /**< up to the moment of the call */
};

/** A near-duplicate behind a hit. */
struct ark_shown_similar {
    struct ark_document_record record;
    float score;
};

/** A hit with all that its needs asked for. */
struct ark_shown_hit {
    uint32_t rank; /**< from 1, the offset counted */
    float score;
    bool all_words;
    struct ark_document_record record;
    ark_str title;
    struct ark_spans title_spans;
    struct ark_snippets snippets;
    const struct ark_shown_similar *similars; /**< when needed or listed; else NULL */
    uint32_t similar_count;
    const struct ark_explanation *explanation; /**< NULL when not asked for */
};

/** A whole document. */
struct ark_shown_document {
    const struct ark_document_record *record;
    ark_str title;
    ark_str body;
    struct ark_spans title_spans;
    struct ark_spans body_spans;
};

/** A line of a concordance. */
struct ark_shown_kwic {
    uint32_t rank; /**< of its document */
    const struct ark_document_record *record;
    const struct ark_kwic_line *line;
    uint32_t start; /**< byte in the stored text: the title, a newline, the body */
};

/** One format. The arena lives for the call. */
struct ark_printer {
    bool needs_counts;   /**< documents of the results */
    bool needs_words;    /**< all_words, too */
    bool needs_hits;     /**< else no hit is fetched */
    bool needs_text;     /**< title, spans and snippets */
    bool folds;          /**< near-duplicates, unless told otherwise */
    bool needs_similars; /**< what is behind each hit, not only how many */
    bool needs_groups;   /**< how many groups match; with needs_counts */
    void (*begin)(struct ark_print *print, const struct ark_shown_query *query,
                  struct ark_arena *arena, struct ark_buf *out);
    void (*hit)(struct ark_print *print, const struct ark_shown_query *query,
                const struct ark_shown_hit *hit, struct ark_arena *arena, struct ark_buf *out);
    void (*end)(struct ark_print *print, const struct ark_shown_query *query,
                struct ark_arena *arena, struct ark_buf *out);
};

/** Blocks for people (print_text.c). Needs counts when it has a header to write: on a terminal. */
extern const struct ark_printer ark_print_text_piped;
extern const struct ark_printer ark_print_text_terminal;
/** JSON Lines (print_json.c). */
extern const struct ark_printer ark_print_json;
/** One line a hit or a query (print_lines.c). In a batch the id stands in front, but for trec, which has it. */
extern const struct ark_printer ark_print_tsv;
extern const struct ark_printer ark_print_trec;
extern const struct ark_printer ark_print_paths;
extern const struct ark_printer ark_print_count;
extern const struct ark_printer ark_print_nothing;

/** Appends a whole document as a line of JSON. */
void ark_print_json_document(const struct ark_print *print,
                             const struct ark_shown_document *document, struct ark_arena *arena,
                             struct ark_buf *out);

/** Appends a line of a concordance as a line of JSON. */
void ark_print_json_kwic(const struct ark_shown_kwic *kwic, struct ark_arena *arena,
                         struct ark_buf *out);
/** The same as rank, doc, before, match and after between tabs; in a batch the id is in front. */
void ark_print_tsv_kwic(const struct ark_print *print, const struct ark_shown_query *query,
                        const struct ark_shown_kwic *kwic, struct ark_arena *arena,
                        struct ark_buf *out);
/** Appends what a number of the text format's concordance means: "  3  PATH  DATE", the number ending at cells - 2. */
void ark_print_source(const struct ark_print *print, uint32_t rank, size_t cells,
                      const struct ark_document_record *record, struct ark_arena *arena,
                      struct ark_buf *out);

/** The record's own id, else the path under its root with "#" and the fragment; in the arena. */
ark_str ark_print_doc(const struct ark_document_record *record, struct ark_arena *arena);
/** path, and "#" and the fragment of a document within a file; in the arena. */
ark_str ark_print_place(ark_str path, const struct ark_document_record *record,
                        struct ark_arena *arena);
/** Appends a count or a rank of the text format, in the digits asked for. */
void ark_print_number(const struct ark_print *print, uint64_t number, struct ark_buf *out);
/** The URI of the file at path, an absolute one, on this host, in the arena; empty for any other. */
ark_str ark_print_link(const struct ark_print *print, ark_str path, struct ark_arena *arena);
/** Appends "2016-11-02", "2016-11", "2016" or nothing. */
void ark_print_date(uint32_t date, struct ark_buf *out);
/** Appends text as a JSON string, quotes included. Bad UTF-8 becomes U+FFFD; what could drive a terminal is escaped. */
void ark_print_json_string(ark_str text, struct ark_buf *out);

#endif
