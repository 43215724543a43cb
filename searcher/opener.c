#include "searcher/opener.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "searcher/pager.h"

extern char **environ; // POSIX leaves its declaration to the program

/** The words of the command and the path behind them; NULL when a quote stays open. */
static char **
make_arguments(const char *command, ark_str path, struct ark_arena *arena)
{
    char **words = ark_pager_split(command, arena);
    size_t count = 0;
    while (words != NULL && words[count] != NULL) {
        count++;
    }
    if (count == 0) {
        return NULL;
    }
    char **arguments = ark_arena_calloc(arena, count + 2, sizeof *arguments);
    memcpy(arguments, words, count * sizeof *arguments);
    ark_str copy = ark_arena_dup(arena, path);
    arguments[count] = ark_arena_alloc(arena, copy.len + 1);
    memcpy(arguments[count], copy.bytes, copy.len);
    arguments[count][copy.len] = '\0';
    return arguments;
}

static enum ark_status
run(char **arguments, struct ark_error *err)
{
    pid_t pid = 0;
    int ended = 0;
    int failed = posix_spawnp(&pid, arguments[0], NULL, NULL, arguments, environ);
    if (failed != 0) {
        return ark_error_set(err, ARK_E_IO, "cannot run the opener (%s; see ARK_OPENER): %s",
                             ark_error_reason(failed), arguments[0]);
    }
    while (waitpid(pid, &ended, 0) < 0) {
        if (errno != EINTR) {
            return ark_error_set(err, ARK_E_IO, "cannot wait for the opener (%s): %s",
                                 ark_error_reason(errno), arguments[0]);
        }
    }
    // A shell's way to say "not found", too: some systems find that out in the child.
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0) {
        return ark_error_set(err, ARK_E_IO, "the opener failed (see ARK_OPENER): %s", arguments[0]);
    }
    return ARK_OK;
}

enum ark_status
ark_open_path(ark_str path, struct ark_error *err)
{
    struct ark_arena arena = ark_arena_make();
    const char *command = getenv("ARK_OPENER");
    command = command == NULL || command[0] == '\0' ? "xdg-open" : command;
    char **arguments = make_arguments(command, path, &arena);
    enum ark_status status = ARK_OK;
    if (arguments == NULL) {
        status = ark_error_set(err, ARK_E_ARGUMENT, "ARK_OPENER is no command: %s", command);
    } else if (path.len == 0 || path.bytes[0] != '/') {
        status = ark_error_set(err, ARK_E_NOT_FOUND, "the document did not come from a file");
    } else {
        char *file = arguments[0];
        ARK_ASSERT(file != NULL); // a command has a word, and the path is behind it
        for (size_t i = 0; arguments[i] != NULL; i++) {
            file = arguments[i];
        }
        status = access(file, F_OK) != 0 ? ark_error_set(err, ARK_E_NOT_FOUND,
                                                         "the file is gone since it was indexed: "
                                                         "%s",
                                                         file)
                                         : run(arguments, err);
    }
    ark_arena_dispose(&arena);
    return status;
}
