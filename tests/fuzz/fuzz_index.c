/**
 * @file fuzz_index.c
 * A small sound index, whose stored values are changed as the input says, with
 * their checksums made right: opened, verified, read through and merged. Each
 * gives a status and no crash.
 *
 * The input is a list of edits of four bytes: which value, at which place (two
 * bytes, lowest first), what is added to the byte there; 0 cuts the value off.
 * The pages of LMDB around the values are the subject of tests/trust.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/memory.h"
#include "common/store/format.h"
#include "fuzz_target.h"
#include "tests/support/exercise.h"
#include "tests/support/model.h"
#include "tests/support/stored_values.h"
#include "tests/support/temp_dir.h"

enum { EDIT_BYTES = 4, EDITS_MAX = 16 };

/** Made at the first input, removed at the end of the program. */
static char *dir;
static struct stored_values sound;

static void
remove_index(void)
{
    stored_values_dispose(&sound);
    test_temp_dir_remove(dir);
}

static void
make_index(void)
{
    struct test_random random = test_random_make(1);
    struct model model = model_make();
    model_fill(&model, &random, 6, 8);
    dir = test_temp_dir();
    (void)model_build(&model, dir, 1 << 26);
    struct model again = model;
    again.count = 2;
    (void)model_build(&again, dir, 1 << 26);
    sound = stored_values_read(dir);
    model_dispose(&model);
    int registered = atexit(remove_index);
    ARK_ASSERT(registered == 0);
}

/** A copy of a value that edits are made to. */
struct edited {
    const struct stored_value *value; /**< NULL when there is no edit of it */
    uint8_t *bytes;
    size_t len;
};

static void
apply(struct edited *edited, size_t value, size_t at, uint8_t change)
{
    struct edited *copy = &edited[value];
    if (copy->value == NULL) {
        copy->value = &sound.items[value];
        copy->len = copy->value->len;
        copy->bytes = ark_xmalloc(copy->len);
        memcpy(copy->bytes, copy->value->bytes, copy->len);
    }
    if (change == 0) {
        copy->len = copy->len == 0 ? 0 : at % copy->len;
    } else if (copy->len > 0) {
        copy->bytes[at % copy->len] = (uint8_t)(copy->bytes[at % copy->len] + change);
    }
}

static void
check_status(enum ark_status status)
{
    ARK_ASSERT(status == ARK_OK || status == ARK_E_CORRUPT || status == ARK_E_FORMAT ||
               status == ARK_E_LIMIT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (dir == NULL) {
        make_index();
    }
    struct edited *edited = ark_xcalloc(sound.count, sizeof *edited);
    for (size_t i = 0; i < EDITS_MAX && (i + 1) * EDIT_BYTES <= size; i++) {
        const uint8_t *edit = data + i * EDIT_BYTES;
        apply(edited, edit[0] % sound.count, (size_t)edit[1] | (size_t)edit[2] << 8, edit[3]);
    }
    for (size_t i = 0; i < sound.count; i++) {
        if (edited[i].value != NULL) {
            if (stored_value_is_sealed(edited[i].value) && edited[i].len >= ARK_CHECKSUM_BYTES) {
                stored_value_reseal(edited[i].value, edited[i].bytes, edited[i].len);
            }
            stored_value_put(dir, edited[i].value, edited[i].bytes, edited[i].len);
        }
    }
    check_status(exercise_index(dir).status);
    check_status(exercise_merge(dir).status);
    for (size_t i = 0; i < sound.count; i++) {
        if (edited[i].value != NULL) {
            stored_value_put(dir, edited[i].value, edited[i].value->bytes, edited[i].value->len);
            free(edited[i].bytes);
        }
    }
    free(edited);
    return 0;
}
