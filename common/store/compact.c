#include <stdio.h>
#include <stdlib.h>
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
    return rc == 0 ? ARK_OK : ark_lmdb_error(store, rc, "compacting", err);
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

enum ark_status
ark_store_compact(struct ark_store *store, struct ark_error *err)
{
    ARK_ASSERT(store->writable);
    char *fresh = ark_path_join(store->path, "data.new");
    char *old = ark_path_join(store->path, "data.old");
    remove_environment(old);
    enum ark_status status = copy_environment(store, fresh, err);
    if (status == ARK_OK && (rename(store->environment_path, old) != 0 ||
                             rename(fresh, store->environment_path) != 0)) {
        // The second step failing is the one that needs mending: the old environment comes back.
        (void)rename(old, store->environment_path);
        status = ark_error_set(err, ARK_E_IO, "cannot replace the index: %s", store->path);
    }
    remove_environment(status == ARK_OK ? old : fresh);
    free(fresh);
    free(old);
    return status;
}
