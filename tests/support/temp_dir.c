#include "tests/support/temp_dir.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"

/** Where directories go: memory, if there is enough, as LMDB waits for the disk at each commit. */
static const char *
parent_dir(void)
{
    static const char MEMORY[] = "/dev/shm";
    enum { FREE_BYTES_MIN = 512 << 20 };
    const char *chosen = getenv("TMPDIR");
    if (chosen != NULL && *chosen != '\0') {
        return chosen;
    }
    struct statvfs info;
    bool fits = access(MEMORY, W_OK) == 0 && statvfs(MEMORY, &info) == 0 &&
                (uint64_t)info.f_bavail * info.f_frsize >= FREE_BYTES_MIN;
    return fits ? MEMORY : "/tmp";
}

char *
test_temp_dir(void)
{
    char *path = ark_path_join(parent_dir(), "ark-test-XXXXXX");
    ARK_ASSERT(mkdtemp(path) != NULL);
    return path;
}

static bool
is_directory(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool
is_own_name(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/** Index directories are two deep. */
enum { DEPTH_MAX = 4 };

static void
remove_tree(const char *path, unsigned depth)
{
    ARK_ASSERT(depth < DEPTH_MAX);
    DIR *dir = opendir(path);
    ARK_ASSERT(dir != NULL);
    struct dirent *entry = NULL;
    while ((entry = readdir(dir)) != NULL) {
        if (is_own_name(entry->d_name)) {
            char *inner = ark_path_join(path, entry->d_name);
            if (is_directory(inner)) {
                remove_tree(inner, depth + 1);
            } else {
                (void)unlink(inner);
            }
            free(inner);
        }
    }
    (void)closedir(dir);
    (void)rmdir(path);
}

void
test_temp_dir_remove(char *path)
{
    remove_tree(path, 0);
    free(path);
}

size_t
test_dir_entries(const char *path)
{
    DIR *dir = opendir(path);
    ARK_ASSERT(dir != NULL);
    size_t count = 0;
    struct dirent *entry = NULL;
    while ((entry = readdir(dir)) != NULL) {
        count += is_own_name(entry->d_name);
    }
    (void)closedir(dir);
    return count;
}

uint8_t *
test_read_file(const char *path, size_t *bytes)
{
    struct ark_buf buf = ark_buf_make(SIZE_MAX);
    enum ark_status status = ark_file_read(path, SIZE_MAX, &buf, NULL);
    ARK_ASSERT(status == ARK_OK);
    *bytes = buf.len;
    return buf.bytes;
}

void
test_write_file(const char *path, const uint8_t *content, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    ARK_ASSERT(file != NULL);
    size_t written = fwrite(content, 1, bytes, file);
    ARK_ASSERT(written == bytes);
    int closed = fclose(file);
    ARK_ASSERT(closed == 0);
}

static void
copy_tree(const char *from, const char *to, unsigned depth)
{
    ARK_ASSERT(depth < DEPTH_MAX);
    ARK_ASSERT(mkdir(to, 0777) == 0);
    DIR *dir = opendir(from);
    ARK_ASSERT(dir != NULL);
    struct dirent *entry = NULL;
    while ((entry = readdir(dir)) != NULL) {
        if (!is_own_name(entry->d_name)) {
            continue;
        }
        char *source = ark_path_join(from, entry->d_name);
        char *target = ark_path_join(to, entry->d_name);
        if (is_directory(source)) {
            copy_tree(source, target, depth + 1);
        } else {
            size_t bytes = 0;
            uint8_t *content = test_read_file(source, &bytes);
            test_write_file(target, content, bytes);
            free(content);
        }
        free(source);
        free(target);
    }
    (void)closedir(dir);
}

void
test_copy_tree(const char *from, const char *to)
{
    copy_tree(from, to, 0);
}
