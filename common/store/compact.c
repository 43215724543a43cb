#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/store/store_impl.h"

/** Copies the environment without free pages into directory target. */
static enum ark_status
copy_environment(struct ark_store *store, const char *target, struct ark_error *err)
{
    enum ark_status status = ark_dir_make(target, err);
    if (status != ARK_OK) {
        return status;
    }
    char *old = ark_path_join(target, "data.mdb");
    (void)unlink(old);
    free(old);
    int rc = mdb_env_copy2(store->env, target, MDB_CP_COMPACT);
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, ARK_LMDB_WRITE, err);
}

static void
remove_environment(const char *directory)
{
    static const char *const FILES[] = {"data.mdb", "lock.mdb"};
    for (size_t i = 0; i < ARK_COUNT_OF(FILES); i++) {
        char *path = ark_path_join(directory, FILES[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(directory);
}

static bool
exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

void
ark_compaction_mend(const struct ark_store *store)
{
    char *fresh = ark_path_join(store->path, "data.new");
    char *old = ark_path_join(store->path, "data.old");
    // Killed between its two renames it left the environment under its old name.
    if (!exists(store->environment_path) && exists(old)) {
        (void)rename(old, store->environment_path);
    }
    if (exists(store->environment_path)) {
        remove_environment(old);
        remove_environment(fresh);
    }
    free(fresh);
    free(old);
}

/** Puts a file or directory on the disk for good; a power failure must not undo what a rename made final. */
static bool
flush(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return done;
}

/** Puts fresh in the place of the environment, which goes to old. When false nothing has changed. */
static bool
swap(const struct ark_store *store, const char *fresh, const char *old)
{
    char *data = ark_path_join(fresh, "data.mdb");
    bool done = flush(data) && flush(fresh) && rename(store->environment_path, old) == 0;
    free(data);
    if (done && rename(fresh, store->environment_path) != 0) {
        (void)rename(old, store->environment_path);
        done = false;
    }
    if (done) {
        // The new index is in place; that the disk may not know yet is no failure.
        (void)flush(store->path);
    }
    return done;
}

enum ark_status
ark_store_compact(struct ark_store *store, struct ark_error *err)
{
    ARK_ASSERT(store->writable);
    ARK_ASSERT(store->snapshot_count == 0);
    char *fresh = ark_path_join(store->path, "data.new");
    char *old = ark_path_join(store->path, "data.old");
    ark_compaction_mend(store);
    enum ark_status status = copy_environment(store, fresh, err);
    if (status == ARK_OK && !swap(store, fresh, old)) {
        status = ark_error_set(err, ARK_E_IO, "cannot replace the index: %s: %s", ark_error_reason(errno),
                               store->path);
    }
    ark_compaction_mend(store);
    free(fresh);
    free(old);
    if (status == ARK_OK) {
        // What is written through the old environment would be lost with it.
        ark_environment_close(store);
        status = ark_environment_open(store, err);
    }
    return status;
}
