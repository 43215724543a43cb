#include "common/store/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"

/** LMDB's constants, by its names. */
enum {
    PAGEHDRSZ = 16,
    NODESIZE = 8,
    DB_BYTES = 48,
    IDL_HEAD_BYTES = 8,
    P_BRANCH = 0x01,
    P_LEAF = 0x02,
    P_OVERFLOW = 0x04,
    F_BIGDATA = 0x01,
    F_SUBDATA = 0x02,
    CURSOR_STACK = 32,
    NUM_METAS = 2,
};
#define P_INVALID UINT64_MAX

/** Where the fields of a meta page stand. */
enum {
    META_FREE_DB = 40,
    META_MAIN_DB = 88,
    META_LAST_PAGE = 136,
    META_TXNID = 144,
    META_BYTES = 152
};

/** Where those of a database's record stand. */
enum { DB_DEPTH = 6, DB_ROOT = 40 };

/**
 * The pages of one state, and which of them were met. They are read one by one:
 * .4 µs each, where a map of the file takes 6 for each that stands alone (its
 * neighbours and a page of the page table with it, all to be given back).
 */
struct pages {
    int fd;
    int read_error; /**< errno of a read that failed, or 0 */
    size_t page_bytes;
    uint64_t page_count;
    uint64_t *met; /**< a bit a page */
    unsigned parts;
    const uint64_t *segment_id; /**< whose chunks' pages are looked at, or NULL */
};

/** One tree on the way through it. */
struct tree {
    struct pages *pages;
    bool is_free_list;
    bool is_main; /**< its values are records of other databases */
    bool is_stream;
    unsigned depth;
    ark_str last_key;         /**< of the entry before, in key order */
    struct ark_buf kept_keys; /**< the last key of a leaf, when its page is gone */
};

static uint16_t
load_u16(const uint8_t *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t
load_u64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/** Notes that pages [first, first + count) have a use; false when one has another or is none. */
static bool
meet(struct pages *pages, uint64_t first, uint64_t count)
{
    if (first < NUM_METAS || first >= pages->page_count || count > pages->page_count - first) {
        return false;
    }
    // A chunk has 64 pages: most of them are noted together.
    for (uint64_t page = first, left = count; left > 0;) {
        uint64_t here = 64 - page % 64 < left ? 64 - page % 64 : left;
        uint64_t low = here < 64 ? ((uint64_t)1 << here) - 1 : UINT64_MAX;
        uint64_t bits = low << page % 64;
        if ((pages->met[page / 64] & bits) != 0) {
            return false;
        }
        pages->met[page / 64] |= bits;
        page += here;
        left -= here;
    }
    return true;
}

/** Reads bytes at an offset; false when they cannot be had: errno, or 0 when the file ends before. */
static bool
read_file(int fd, uint64_t offset, uint8_t *out, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(fd, out + done, bytes - done, (off_t)(offset + done));
        if (got == 0 || (got < 0 && errno != EINTR)) {
            errno = got < 0 ? errno : 0;
            return false;
        }
        done += got < 0 ? 0 : (size_t)got;
    }
    return true;
}

/** Reads bytes of a page and of those after it; false when there are none. */
static bool
read_pages(struct pages *pages, uint64_t page, uint8_t *out, size_t bytes)
{
    if (!read_file(pages->fd, page * pages->page_bytes, out, bytes)) {
        pages->read_error = errno;
        return false;
    }
    return true;
}

/** One entry of a page. */
struct node {
    ark_str key;
    unsigned flags;
    uint64_t child;      /**< of a branch */
    uint64_t data_bytes; /**< of a leaf */
    const uint8_t *data; /**< of a leaf: the data, or the number of its first page */
    size_t bytes;        /**< that the entry takes, rounded to even */
};

/** Takes an entry apart; false when it does not lie within the page. */
static bool
read_node(const struct pages *pages, const uint8_t *page, size_t offset, bool leaf,
          struct node *out)
{
    if (offset + NODESIZE > pages->page_bytes) {
        return false;
    }
    const uint8_t *node = page + offset;
    uint64_t low = load_u16(node);
    uint64_t high = load_u16(node + 2);
    out->flags = load_u16(node + 4);
    size_t key_bytes = load_u16(node + 6);
    out->key = ark_str_make(node + NODESIZE, key_bytes);
    out->data = node + NODESIZE + key_bytes;
    out->child = low | high << 16 | (uint64_t)out->flags << 32;
    out->data_bytes = low | high << 16;
    uint64_t bytes = NODESIZE + key_bytes;
    if (leaf) {
        bytes += (out->flags & F_BIGDATA) != 0 ? sizeof(uint64_t) : out->data_bytes;
    }
    out->bytes = (size_t)((bytes + 1) & ~UINT64_C(1));
    return bytes <= pages->page_bytes - offset;
}

static bool
ascends(const struct tree *tree, ark_str key)
{
    if (tree->last_key.bytes == NULL) {
        return true;
    }
    if (tree->is_free_list) {
        return load_u64(tree->last_key.bytes) < load_u64(key.bytes);
    }
    return ark_str_compare(tree->last_key, key) < 0;
}

/** A list of free pages: their count, then they in falling order. */
static bool
check_free_list(struct pages *pages, const uint8_t *list, uint64_t bytes)
{
    if (bytes < IDL_HEAD_BYTES || load_u64(list) > bytes / sizeof(uint64_t) - 1) {
        return false;
    }
    uint64_t before = UINT64_MAX;
    for (uint64_t i = 1; i <= load_u64(list); i++) {
        uint64_t page = load_u64(list + i * sizeof(uint64_t));
        if (page >= before || !meet(pages, page, 1)) {
            return false;
        }
        before = page;
    }
    return true;
}

/** Pages of its own that a value of so many bytes takes. */
static uint64_t
overflow_pages(size_t page_bytes, uint64_t data_bytes)
{
    return (PAGEHDRSZ + data_bytes + page_bytes - 1) / page_bytes;
}

/** The same for a list in pages of its own from first on. */
static bool
check_long_free_list(struct pages *pages, uint64_t first, uint64_t bytes)
{
    // No longer than the file: its pages were met.
    uint8_t *list = ark_xmalloc(PAGEHDRSZ + (size_t)bytes);
    bool sound = read_pages(pages, first, list, PAGEHDRSZ + (size_t)bytes) &&
                 check_free_list(pages, list + PAGEHDRSZ, bytes);
    free(list);
    return sound;
}

static bool
is_overflow_page(struct pages *pages, uint64_t number, uint64_t count)
{
    uint8_t head[PAGEHDRSZ];
    uint32_t page_count;
    if (!read_pages(pages, number, head, sizeof head)) {
        return false;
    }
    memcpy(&page_count, head + 12, sizeof page_count);
    return load_u64(head) == number && load_u16(head + 10) == P_OVERFLOW && page_count == count;
}

static bool check_database(struct pages *pages, ark_str name, const uint8_t *record);

/** Chunks are many: a look at each of their pages would be a read for each 256 KiB. */
static bool
has_header_to_check(const struct tree *tree, const struct node *node)
{
    const uint64_t *segment_id = tree->pages->segment_id;
    return !tree->is_stream || (segment_id != NULL && node->key.len == ARK_STREAM_KEY_BYTES &&
                                ark_stream_key_segment(node->key.bytes) == *segment_id);
}

/** A value, wherever it lies. */
static bool
check_value(struct tree *tree, const struct node *node)
{
    struct pages *pages = tree->pages;
    if (tree->is_main) {
        return node->flags == F_SUBDATA && node->data_bytes == DB_BYTES &&
               check_database(pages, node->key, node->data);
    }
    if (node->flags == F_BIGDATA) {
        uint64_t first = load_u64(node->data);
        uint64_t count = overflow_pages(pages->page_bytes, node->data_bytes);
        return meet(pages, first, count) &&
               (!has_header_to_check(tree, node) || is_overflow_page(pages, first, count)) &&
               (!tree->is_free_list || check_long_free_list(pages, first, node->data_bytes));
    }
    return node->flags == 0 &&
           (!tree->is_free_list || check_free_list(pages, node->data, node->data_bytes));
}

static bool check_page(struct tree *tree, uint64_t number, unsigned level);

/** The entries of a page, and what is below them. */
static bool
check_entries(struct tree *tree, const uint8_t *page, unsigned level)
{
    struct pages *pages = tree->pages;
    bool leaf = level == tree->depth;
    size_t lower = load_u16(page + 12);
    size_t upper = load_u16(page + 14);
    size_t bytes = 0;
    for (size_t at = PAGEHDRSZ; at < lower; at += 2) {
        struct node node;
        size_t offset = load_u16(page + at);
        if (offset < upper || !read_node(pages, page, offset, leaf, &node) ||
            (tree->is_free_list && node.key.len != sizeof(uint64_t) && (leaf || at > PAGEHDRSZ))) {
            return false;
        }
        bytes += node.bytes;
        if (!leaf) {
            if (!check_page(tree, node.child, level + 1)) {
                return false;
            }
            continue;
        }
        if (!ascends(tree, node.key) || !check_value(tree, &node)) {
            return false;
        }
        tree->last_key = node.key;
    }
    // LMDB keeps entries without gaps, and moves them by their sizes.
    return bytes == pages->page_bytes - upper;
}

static bool
is_sound_head(const struct tree *tree, const uint8_t *page, uint64_t number, unsigned level)
{
    bool leaf = level == tree->depth;
    size_t lower = load_u16(page + 12);
    size_t upper = load_u16(page + 14);
    return load_u64(page) == number && load_u16(page + 10) == (leaf ? P_LEAF : P_BRANCH) &&
           lower >= PAGEHDRSZ + (leaf ? 2u : 4u) && lower % 2 == 0 && lower <= upper &&
           upper <= tree->pages->page_bytes;
}

/** One page of a tree and what is below it; level 1 is the root's. */
static bool
check_page(struct tree *tree, uint64_t number, unsigned level)
{
    struct pages *pages = tree->pages;
    if (level > tree->depth || !meet(pages, number, 1)) {
        return false;
    }
    uint8_t *page = ark_xmalloc(pages->page_bytes);
    bool sound = read_pages(pages, number, page, pages->page_bytes) &&
                 is_sound_head(tree, page, number, level) && check_entries(tree, page, level);
    if (sound && level == tree->depth) {
        ark_buf_clear(&tree->kept_keys);
        ark_buf_append_str(&tree->kept_keys, tree->last_key);
        tree->last_key = ark_buf_view(&tree->kept_keys);
    }
    free(page);
    return sound;
}

static bool
check_tree(struct tree *tree, const uint8_t *record)
{
    uint64_t root = load_u64(record + DB_ROOT);
    tree->depth = load_u16(record + DB_DEPTH);
    if (root == P_INVALID) {
        return tree->depth == 0;
    }
    tree->kept_keys = ark_buf_make(tree->pages->page_bytes);
    bool sound = tree->depth <= CURSOR_STACK && check_page(tree, root, 1);
    ark_buf_dispose(&tree->kept_keys);
    return sound;
}

/** Checks the tree of a database that is looked at; others are passed over. */
static bool
check_database(struct pages *pages, ark_str name, const uint8_t *record)
{
    for (unsigned db = 0; db < ARK_DB_COUNT; db++) {
        if (ark_str_equal(name, ark_str_from(ark_db_name((enum ark_db)db)))) {
            struct tree tree = {.pages = pages, .is_stream = db == ARK_DB_STREAM};
            return (pages->parts & 1u << db) == 0 || check_tree(&tree, record);
        }
    }
    // Of another program, or a name that was damaged: what is missing then is told elsewhere.
    return true;
}

static bool
check_all(struct pages *pages, const uint8_t *meta)
{
    struct tree main_tree = {.pages = pages, .is_main = true};
    if (!check_tree(&main_tree, meta + META_MAIN_DB)) {
        return false;
    }
    struct tree free_tree = {.pages = pages, .is_free_list = true};
    return (pages->parts & ARK_PAGES_FREE) == 0 || check_tree(&free_tree, meta + META_FREE_DB);
}

/**
 * Copies the meta page of the state that a transaction sees; false when a
 * writer has taken it for a newer one by now, which it may at the second commit
 * since. What the copy points at stays as long as the transaction is open.
 */
static bool
copy_meta(struct pages *pages, uint64_t txnid, uint8_t copy[META_BYTES])
{
    uint8_t again[META_BYTES];
    for (uint64_t page = 0; page < NUM_METAS; page++) {
        if (read_pages(pages, page, copy, META_BYTES) && load_u64(copy + META_TXNID) == txnid &&
            read_pages(pages, page, again, META_BYTES) && load_u64(again + META_TXNID) == txnid) {
            return true;
        }
    }
    return false;
}

/** A value this small has one page. */
enum { MAP_PROBE_BYTES = 512 };

/** Page sizes that LMDB can have; it takes over that of the system, 4 to 64 KiB. */
enum { PAGE_BYTES_MIN = 512, PAGE_BYTES_MAX = 65536 };

static enum ark_status
damaged(const struct ark_store *store, struct ark_error *err)
{
    return ark_error_set(err, ARK_E_CORRUPT,
                         "the index is damaged: a page of data.mdb contradicts itself: %s",
                         store->path);
}

/** The size of pages that the meta page at an offset of the file names; 0 when there is none. */
static uint32_t
read_page_bytes(int fd, uint32_t offset)
{
    uint32_t size = 0;
    ssize_t got = pread(fd, &size, sizeof size, (off_t)offset + META_FREE_DB);
    return got == (ssize_t)sizeof size ? size : 0;
}

enum ark_status
ark_pages_check_head(const struct ark_store *store, struct ark_error *err)
{
    char *path = ark_path_join(store->environment_path, "data.mdb");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe would be waited for
    free(path);
    if (fd < 0) {
        // LMDB will say why, or make the file.
        return ARK_OK;
    }
    struct stat file = {.st_size = 0};
    if (fstat(fd, &file) == 0 && !S_ISREG(file.st_mode)) {
        (void)close(fd);
        return ark_error_set(err, ARK_E_CORRUPT, "the index is damaged: data.mdb is not a file: %s",
                             store->path);
    }
    bool has_content = file.st_size > 0;
    uint32_t size = read_page_bytes(fd, 0);
    bool sound = size >= PAGE_BYTES_MIN && size <= PAGE_BYTES_MAX && (size & (size - 1)) == 0 &&
                 read_page_bytes(fd, size) == size;
    (void)close(fd);
    return sound || !has_content ? ARK_OK : damaged(store, err);
}

/** Checks the state of txn, in a file of so many bytes. */
static enum ark_status
check_state(struct pages *pages, const struct ark_store *store, MDB_txn *txn, uint64_t file_bytes,
            struct ark_error *err)
{
    uint8_t meta[META_BYTES];
    if (!copy_meta(pages, mdb_txn_id(txn), meta)) {
        // LMDB has read it before; what has been committed since was checked by its writer.
        return ARK_OK;
    }
    pages->page_count = load_u64(meta + META_LAST_PAGE) + 1;
    if (pages->page_count > file_bytes / pages->page_bytes) {
        return damaged(store, err);
    }
    pages->met = ark_xcalloc((size_t)(pages->page_count / 64) + 1, sizeof *pages->met);
    bool sound = check_all(pages, meta);
    free(pages->met);
    if (!sound && pages->read_error != 0) {
        return ark_lmdb_error(store, pages->read_error, ARK_LMDB_READ, err);
    }
    return sound ? ARK_OK : damaged(store, err);
}

/** Checks the file that LMDB has opened: its name may lead to another one by now. */
static enum ark_status
check_file(struct pages *pages, const struct ark_store *store, MDB_txn *txn, struct ark_error *err)
{
    MDB_stat stat;
    int rc = mdb_env_stat(store->env, &stat);
    if (rc == 0) {
        rc = mdb_env_get_fd(store->env, &pages->fd);
    }
    if (rc != 0) {
        return ark_lmdb_error(store, rc, ARK_LMDB_READ, err);
    }
    uint64_t bytes = ark_environment_bytes(store);
    pages->page_bytes = stat.ms_psize;
    return bytes < NUM_METAS * pages->page_bytes ? damaged(store, err)
                                                 : check_state(pages, store, txn, bytes, err);
}

enum ark_status
ark_pages_check(const struct ark_store *store, MDB_txn *txn, unsigned parts, struct ark_error *err)
{
    struct pages pages = {.parts = parts};
    return check_file(&pages, store, txn, err);
}

enum ark_status
ark_pages_check_chunks(const struct ark_store *store, uint64_t segment_id, struct ark_error *err)
{
    MDB_txn *txn = NULL;
    int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);
    if (rc != 0) {
        return ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
    }
    struct pages pages = {.parts = 1u << ARK_DB_STREAM, .segment_id = &segment_id};
    enum ark_status status = check_file(&pages, store, txn, err);
    mdb_txn_abort(txn);
    return status;
}

enum ark_status
ark_pages_read(const struct ark_store *store, const uint8_t *map, ark_str bytes, uint8_t *out,
               struct ark_error *err)
{
    int fd = -1;
    int rc = mdb_env_get_fd(store->env, &fd);
    if (rc != 0) {
        return ark_lmdb_error(store, rc, ARK_LMDB_READ, err);
    }
    if (!read_file(fd, (uint64_t)(bytes.bytes - map), out, bytes.len)) {
        return errno != 0 ? ark_lmdb_error(store, errno, ARK_LMDB_READ, err) : damaged(store, err);
    }
    return ARK_OK;
}

const uint8_t *
ark_pages_map(const struct ark_store *store, ark_str value)
{
    MDB_stat stat;
    uint8_t copy[MAP_PROBE_BYTES];
    long system_page = sysconf(_SC_PAGESIZE);
    if (mdb_env_stat(store->env, &stat) != 0 || (long)stat.ms_psize != system_page ||
        value.len > sizeof copy) {
        return NULL; // an index from a system with other pages
    }
    // A page begins with its number.
    const uint8_t *page = value.bytes - (uintptr_t)value.bytes % stat.ms_psize;
    const uint8_t *map = page - load_u64(page) * stat.ms_psize;
    bool found = ark_pages_read(store, map, value, copy, NULL) == ARK_OK &&
                 memcmp(copy, value.bytes, value.len) == 0;
    return found ? map : NULL;
}
