/**
 * @file trust_failures.c
 * Makes each call to LMDB and to the system fail in turn, while documents are
 * published and the index is compacted. Every failure gives a status with
 * words, or does not matter; the index then holds what it held before or what
 * it was to hold after. The linker's --wrap puts the functions below in place
 * of the real ones, inside liblmdb.a too.
 */
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "tests/property/plain_reader.h"
#include "tests/support/model.h"
#include "tests/support/temp_dir.h"

/** The calls that can be made to fail. */
enum call {
    CALL_MDB_PUT,
    CALL_MDB_GET,
    CALL_MDB_DEL,
    CALL_MDB_TXN_BEGIN,
    CALL_MDB_TXN_COMMIT,
    CALL_MDB_CURSOR_OPEN,
    CALL_MDB_CURSOR_GET,
    CALL_MDB_CURSOR_DEL,
    CALL_MDB_ENV_OPEN,
    CALL_MDB_ENV_COPY,
    CALL_WRITE,
    CALL_WRITEV,
    CALL_PWRITE,
    CALL_PREAD,
    CALL_FDATASYNC,
    CALL_FSYNC,
    CALL_FTRUNCATE,
    CALL_OPEN,
    CALL_RENAME,
    CALL_COUNT
};

static const char *const NAMES[] = {
    "mdb_put",         "mdb_get",        "mdb_del",        "mdb_txn_begin", "mdb_txn_commit",
    "mdb_cursor_open", "mdb_cursor_get", "mdb_cursor_del", "mdb_env_open",  "mdb_env_copy2",
    "write",           "writev",         "pwrite",         "pread",         "fdatasync",
    "fsync",           "ftruncate",      "open",           "rename",
};

_Static_assert(ARK_COUNT_OF(NAMES) == CALL_COUNT, "a name for each call");

/** What fails: the left-th call of that kind from now on, once. */
static enum call failing = CALL_COUNT;
static uint64_t left;
static bool fired;

static bool
fails(enum call call)
{
    if (call != failing || left == 0 || --left > 0) {
        return false;
    }
    fired = true;
    errno = call == CALL_PREAD ? EIO : ENOSPC;
    return true;
}

int __real_mdb_put(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned flags);
int __wrap_mdb_put(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned flags);
int
__wrap_mdb_put(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned flags)
{
    return fails(CALL_MDB_PUT) ? MDB_MAP_FULL : __real_mdb_put(txn, dbi, key, data, flags);
}

int __real_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data);
int __wrap_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data);
int
__wrap_mdb_get(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data)
{
    return fails(CALL_MDB_GET) ? MDB_PAGE_NOTFOUND : __real_mdb_get(txn, dbi, key, data);
}

int __real_mdb_del(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data);
int __wrap_mdb_del(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data);
int
__wrap_mdb_del(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data)
{
    return fails(CALL_MDB_DEL) ? ENOSPC : __real_mdb_del(txn, dbi, key, data);
}

int __real_mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn);
int __wrap_mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn);
int
__wrap_mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
    return fails(CALL_MDB_TXN_BEGIN) ? MDB_READERS_FULL
                                     : __real_mdb_txn_begin(env, parent, flags, txn);
}

int __real_mdb_txn_commit(MDB_txn *txn);
int __wrap_mdb_txn_commit(MDB_txn *txn);
int
__wrap_mdb_txn_commit(MDB_txn *txn)
{
    if (fails(CALL_MDB_TXN_COMMIT)) {
        // A commit that fails has freed the transaction.
        mdb_txn_abort(txn);
        return EIO;
    }
    return __real_mdb_txn_commit(txn);
}

int __real_mdb_cursor_open(MDB_txn *txn, MDB_dbi dbi, MDB_cursor **cursor);
int __wrap_mdb_cursor_open(MDB_txn *txn, MDB_dbi dbi, MDB_cursor **cursor);
int
__wrap_mdb_cursor_open(MDB_txn *txn, MDB_dbi dbi, MDB_cursor **cursor)
{
    return fails(CALL_MDB_CURSOR_OPEN) ? EINVAL : __real_mdb_cursor_open(txn, dbi, cursor);
}

int __real_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *data, MDB_cursor_op op);
int __wrap_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *data, MDB_cursor_op op);
int
__wrap_mdb_cursor_get(MDB_cursor *cursor, MDB_val *key, MDB_val *data, MDB_cursor_op op)
{
    return fails(CALL_MDB_CURSOR_GET) ? MDB_CORRUPTED
                                      : __real_mdb_cursor_get(cursor, key, data, op);
}

int __real_mdb_cursor_del(MDB_cursor *cursor, unsigned flags);
int __wrap_mdb_cursor_del(MDB_cursor *cursor, unsigned flags);
int
__wrap_mdb_cursor_del(MDB_cursor *cursor, unsigned flags)
{
    return fails(CALL_MDB_CURSOR_DEL) ? MDB_TXN_FULL : __real_mdb_cursor_del(cursor, flags);
}

int __real_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode);
int __wrap_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode);
int
__wrap_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode)
{
    return fails(CALL_MDB_ENV_OPEN) ? EACCES : __real_mdb_env_open(env, path, flags, mode);
}

int __real_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags);
int __wrap_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags);
int
__wrap_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags)
{
    return fails(CALL_MDB_ENV_COPY) ? ENOSPC : __real_mdb_env_copy2(env, path, flags);
}

ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t
__wrap_write(int fd, const void *bytes, size_t len)
{
    return fails(CALL_WRITE) ? -1 : __real_write(fd, bytes, len);
}

ssize_t __real_writev(int fd, const struct iovec *pieces, int count);
ssize_t __wrap_writev(int fd, const struct iovec *pieces, int count);
ssize_t
__wrap_writev(int fd, const struct iovec *pieces, int count)
{
    return fails(CALL_WRITEV) ? -1 : __real_writev(fd, pieces, count);
}

ssize_t __real_pwrite(int fd, const void *bytes, size_t len, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t len, off_t offset);
ssize_t
__wrap_pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
    return fails(CALL_PWRITE) ? -1 : __real_pwrite(fd, bytes, len, offset);
}

ssize_t __real_pread(int fd, void *bytes, size_t len, off_t offset);
ssize_t __wrap_pread(int fd, void *bytes, size_t len, off_t offset);
ssize_t
__wrap_pread(int fd, void *bytes, size_t len, off_t offset)
{
    return fails(CALL_PREAD) ? -1 : __real_pread(fd, bytes, len, offset);
}

ssize_t __real_pread64(int fd, void *bytes, size_t len, off_t offset);
ssize_t __wrap_pread64(int fd, void *bytes, size_t len, off_t offset);
ssize_t
__wrap_pread64(int fd, void *bytes, size_t len, off_t offset)
{
    return fails(CALL_PREAD) ? -1 : __real_pread64(fd, bytes, len, offset);
}

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int
__wrap_fdatasync(int fd)
{
    return fails(CALL_FDATASYNC) ? -1 : __real_fdatasync(fd);
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
    return fails(CALL_FSYNC) ? -1 : __real_fsync(fd);
}

int __real_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len);
int
__wrap_ftruncate(int fd, off_t len)
{
    return fails(CALL_FTRUNCATE) ? -1 : __real_ftruncate(fd, len);
}

/** The mode that follows the flags of open(2) when they make a file. */
#define OPEN_MODE(flags, mode)                                                                     \
    do {                                                                                           \
        if (((flags)&O_CREAT) != 0) {                                                              \
            va_list args;                                                                          \
            va_start(args, flags);                                                                 \
            (mode) = va_arg(args, unsigned);                                                       \
            va_end(args);                                                                          \
        }                                                                                          \
    } while (0)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int
__wrap_open(const char *path, int flags, ...)
{
    unsigned mode = 0;
    OPEN_MODE(flags, mode);
    return fails(CALL_OPEN) ? -1 : __real_open(path, flags, mode);
}

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int
__wrap_open64(const char *path, int flags, ...)
{
    unsigned mode = 0;
    OPEN_MODE(flags, mode);
    return fails(CALL_OPEN) ? -1 : __real_open64(path, flags, mode);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int
__wrap_rename(const char *from, const char *to)
{
    return fails(CALL_RENAME) ? -1 : __real_rename(from, to);
}

enum { DOCUMENTS = 12, NOISE_BYTES = 500000 };

/** The index before, the documents that come, and how it reads before and after. */
struct sample {
    char *before;
    struct model model;
    struct ark_buf noise;
    struct ark_buf described_before;
    struct ark_buf described_after;
};

/** Opens, publishes and compacts, until something fails. */
static enum ark_status
change(const struct sample *sample, const char *dir, struct ark_error *err)
{
    const struct ark_store_options options = {.writable = true, .create = true};
    const struct ark_builder_options builder_options = {.memory_bytes_max = 1 << 20};
    struct ark_store *store = NULL;
    enum ark_status status = ark_store_open(&store, dir, &options, err);
    if (status != ARK_OK) {
        return status;
    }
    struct ark_builder *builder = ark_builder_new(store, &builder_options);
    for (size_t i = DOCUMENTS / 2; status == ARK_OK && i < sample->model.count; i++) {
        const struct model_document *document = &sample->model.items[i];
        const struct ark_file_record file = {document->path, 1, 2, 3};
        status =
            ark_builder_add(builder, document->path, document->name_start, &document->content, err);
        ark_builder_remember_file(builder, &file);
    }
    // Two of six: the segment is written anew and dropped.
    ark_builder_delete(builder, 1, 2);
    ark_builder_delete(builder, 1, 3);
    if (status == ARK_OK) {
        status = ark_builder_publish(builder, err);
    }
    ark_builder_free(builder);
    if (status == ARK_OK) {
        status = ark_store_compact(store, err);
    }
    ark_store_close(store);
    return status;
}

static struct ark_buf
describe(const char *dir)
{
    struct ark_buf out = ark_buf_make(SIZE_MAX);
    struct plain_index *index = plain_index_read(dir);
    plain_index_describe(index, &out);
    plain_index_free(index);
    return out;
}

/** A text that does not compress, so that temporary files are needed. */
static struct ark_buf
make_noise(struct test_random *random)
{
    struct ark_buf noise = ark_buf_make(NOISE_BYTES);
    for (size_t i = 0; i < NOISE_BYTES; i++) {
        ark_buf_push(&noise, (uint8_t)(33 + test_random_below(random, 15)));
    }
    return noise;
}

static struct sample
sample_make(void)
{
    struct test_random random = test_random_make(1);
    struct sample sample = {
        .before = test_temp_dir(), .model = model_make(), .noise = make_noise(&random)};
    model_fill(&sample.model, &random, DOCUMENTS, 20);
    sample.model.items[DOCUMENTS - 1].content.body = ark_buf_view(&sample.noise);
    sample.model.items[DOCUMENTS - 2].content.body = ark_buf_view(&sample.noise);
    struct model first = sample.model;
    first.count = DOCUMENTS / 2;
    (void)model_build(&first, sample.before, 1 << 26);
    sample.described_before = describe(sample.before);
    return sample;
}

static void
sample_dispose(struct sample *sample)
{
    test_temp_dir_remove(sample->before);
    model_dispose(&sample->model);
    ark_buf_dispose(&sample->noise);
    ark_buf_dispose(&sample->described_before);
    ark_buf_dispose(&sample->described_after);
}

static bool
expect(bool holds, const char *what, enum call call, uint64_t nth, const struct ark_error *err)
{
    if (!holds) {
        (void)fprintf(stderr, "%s after %s failed the %" PRIu64 ". time: %s\n", what, NAMES[call],
                      nth, err->text);
    }
    return holds;
}

/** Lets the nth call fail while a copy of the index is changed. *again tells that there was an nth. */
static bool
check_failure(struct sample *sample, enum call call, uint64_t nth, bool *again)
{
    char *parent = test_temp_dir();
    char *dir = ark_path_join(parent, "index");
    test_copy_tree(sample->before, dir);
    struct ark_error err = {0};
    failing = call;
    left = nth;
    fired = false;
    enum ark_status status = change(sample, dir, &err);
    failing = CALL_COUNT;
    *again = fired;
    bool sound = expect(fired || status == ARK_OK, "nothing failed, and yet", call, nth, &err);
    sound = expect(status == ARK_OK || (err.status == status && err.text[0] != '\0'), "no words",
                   call, nth, &err) &&
            sound;
    sound = expect(status != ARK_E_ARGUMENT && status != ARK_E_INPUT, "a strange status", call, nth,
                   &err) &&
            sound;
    // The next writer mends what is left to mend.
    struct ark_store *store = model_store_open(dir);
    ark_store_close(store);
    struct ark_buf found = describe(dir);
    bool is_before = ark_str_equal(ark_buf_view(&found), ark_buf_view(&sample->described_before));
    bool is_after = ark_str_equal(ark_buf_view(&found), ark_buf_view(&sample->described_after));
    sound = expect(is_after || (is_before && status != ARK_OK), "neither old nor new", call, nth,
                   &err) &&
            sound;
    sound = expect(test_dir_entries(dir) == 2, "files are left over", call, nth, &err) && sound;
    ark_buf_dispose(&found);
    free(dir);
    test_temp_dir_remove(parent);
    return sound;
}

/** How the index reads after the change, when nothing fails. */
static void
find_after(struct sample *sample)
{
    char *parent = test_temp_dir();
    char *dir = ark_path_join(parent, "index");
    test_copy_tree(sample->before, dir);
    enum ark_status status = change(sample, dir, NULL);
    ARK_ASSERT(status == ARK_OK);
    sample->described_after = describe(dir);
    free(dir);
    test_temp_dir_remove(parent);
}

int
main(void)
{
    struct sample sample = sample_make();
    find_after(&sample);
    unsigned failures = 0;
    for (unsigned call = 0; call < CALL_COUNT; call++) {
        unsigned tried = 0;
        bool again = true;
        // Each of the first 24 calls, then fewer and fewer: they come from one loop.
        for (uint64_t nth = 1; again; nth += nth < 24 ? 1 : nth / 4) {
            failures += !check_failure(&sample, (enum call)call, nth, &again);
            tried += again;
        }
        printf("%s: %u\n", NAMES[call], tried);
        failures += tried == 0;
    }
    sample_dispose(&sample);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
