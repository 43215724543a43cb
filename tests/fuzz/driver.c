// Runs the inputs of a corpus through a fuzz target, for compilers without
// libFuzzer. Arguments are files and folders of files. Each input is also run
// cut at some places and with some bytes changed, so that a small corpus
// reaches further than its files.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "fuzz_target.h"

enum { INPUT_BYTES_MAX = 16 * 1024 * 1024, VARIANTS = 64 };

static size_t input_count;

static void
run(const uint8_t *bytes, size_t size)
{
    // A copy of exactly this size lets the address sanitizer see reads past its end.
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) {
        exit(2);
    }
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void
run_variants(struct ark_buf *input)
{
    uint32_t state = (uint32_t)input->len + 1;
    for (size_t i = 0; i < VARIANTS && input->len > 0; i++) {
        state = state * 1664525 + 1013904223; // Numerical Recipes' generator
        size_t at = (state >> 8) % input->len;
        uint8_t before = input->bytes[at];
        run(input->bytes, at);
        input->bytes[at] = (uint8_t)(before ^ (1U << (state & 7)));
        run(input->bytes, input->len);
        input->bytes[at] = before;
    }
}

static bool
run_file(const char *path)
{
    struct ark_buf input = ark_buf_make(INPUT_BYTES_MAX);
    struct ark_error error;
    if (ark_file_read(path, INPUT_BYTES_MAX, &input, &error) != ARK_OK) {
        (void)fprintf(stderr, "%s\n", error.text);
        return false;
    }
    input_count++;
    run(input.bytes, input.len);
    run_variants(&input);
    ark_buf_dispose(&input);
    return true;
}

static bool
run_folder(const char *path, DIR *folder)
{
    bool good = true;
    for (const struct dirent *item = readdir(folder); item != NULL; item = readdir(folder)) {
        if (item->d_name[0] != '.') {
            char *file = ark_path_join(path, item->d_name);
            good = run_file(file) && good;
            free(file);
        }
    }
    return good;
}

int
main(int argc, char **argv)
{
    bool good = true;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (folder == NULL) {
            good = run_file(argv[i]) && good;
        } else {
            good = run_folder(argv[i], folder) && good;
            (void)closedir(folder);
        }
    }
    (void)printf("%zu inputs\n", input_count);
    return good && input_count > 0 ? 0 : 1; // an empty corpus tests nothing
}
