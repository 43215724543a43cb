#include "common/base/config.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"

enum { CONFIG_BYTES_MAX = 1024 * 1024 };

/** One line of the file, for messages. */
struct place {
    const char *path;
    size_t line_number;
};

static bool
is_other(const char *const *other_names, ark_str name)
{
    if (ark_str_starts_with(name, ARK_STR("filter."))) {
        return true;
    }
    for (size_t i = 0; other_names[i] != NULL; i++) {
        if (ark_str_equal(ark_str_from(other_names[i]), name)) {
            return true;
        }
    }
    return false;
}

static bool
is_one_of(ark_str value, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (ark_str_equal_nocase(ark_str_from(words[i]), value)) {
            return true;
        }
    }
    return false;
}

/** The value without a pair of quotes around it. */
static ark_str
unquote(ark_str value)
{
    bool quoted = value.len >= 2 && (value.bytes[0] == '"' || value.bytes[0] == '\'') &&
                  value.bytes[value.len - 1] == value.bytes[0];
    return quoted ? ark_str_slice(value, 1, value.len - 1) : value;
}

static enum ark_status
give_switch(const struct ark_command_line *line, const struct ark_option *option,
            const struct place *place, ark_str value, struct ark_error *err)
{
    static const char *const yes[] = {"yes", "true", "on", "1", NULL};
    static const char *const no[] = {"no", "false", "off", "0", NULL};
    if (is_one_of(value, yes)) {
        return line->handle(line->context, option->id, NULL, err);
    }
    if (is_one_of(value, no)) {
        return ARK_OK;
    }
    return ark_error_set(err, ARK_E_ARGUMENT, "yes or no expected, line %zu of %s: %.*s",
                         place->line_number, place->path, ARK_STR_ARG(value));
}

static enum ark_status
give_value(const struct ark_command_line *line, const struct ark_option *option,
           const struct place *place, ark_str value, struct ark_error *err)
{
    struct ark_error refused = {.status = ARK_OK};
    char *text = ark_xmalloc(value.len + 1);
    memcpy(text, value.bytes, value.len);
    text[value.len] = '\0';
    enum ark_status status = line->handle(line->context, option->id, text, &refused);
    free(text);
    if (status != ARK_OK) {
        return ark_error_set(err, status, "line %zu of %s: %s", place->line_number, place->path,
                             refused.text);
    }
    return ARK_OK;
}

static enum ark_status
read_line(const struct ark_command_line *line, const char *const *other_names,
          const struct place *place, ark_str text, struct ark_error *err)
{
    ark_str trimmed = ark_str_trim(text);
    if (trimmed.len == 0 || trimmed.bytes[0] == '#') {
        return ARK_OK;
    }
    const uint8_t *equals = memchr(trimmed.bytes, '=', trimmed.len);
    if (equals == NULL || memchr(trimmed.bytes, '\0', trimmed.len) != NULL) {
        return ark_error_set(err, ARK_E_ARGUMENT, "not \"name = value\", line %zu of %s: %.*s",
                             place->line_number, place->path, ARK_STR_ARG(trimmed));
    }
    size_t name_bytes = (size_t)(equals - trimmed.bytes);
    ark_str name = ark_str_trim(ark_str_slice(trimmed, 0, name_bytes));
    ark_str value = ark_str_trim(ark_str_slice(trimmed, name_bytes + 1, trimmed.len));
    const struct ark_option *option = ark_option_find(line->options, name);
    if (option == NULL || !option->in_config) {
        return is_other(other_names, name)
                   ? ARK_OK
                   : ark_error_set(err, ARK_E_ARGUMENT, "unknown setting, line %zu of %s: %.*s",
                                   place->line_number, place->path, ARK_STR_ARG(name));
    }
    if (option->argument == NULL) {
        return give_switch(line, option, place, unquote(value), err);
    }
    return give_value(line, option, place, unquote(value), err);
}

enum ark_status
ark_config_read(const struct ark_command_line *line, const char *path, bool must_exist,
                const char *const *other_names, struct ark_error *err)
{
    struct ark_buf content = ark_buf_make(CONFIG_BYTES_MAX);
    struct ark_error cause;
    enum ark_status status = ark_file_read(path, CONFIG_BYTES_MAX, &content, &cause);
    if (status == ARK_E_NOT_FOUND && !must_exist) {
        status = ARK_OK;
    } else if (status != ARK_OK) {
        (void)ark_error_set(err, status, "cannot read the config file: %s", cause.text);
    }
    ark_str rest = ark_buf_view(&content);
    ark_str text;
    struct place place = {.path = path, .line_number = 0};
    while (status == ARK_OK && ark_str_next_line(&rest, &text)) {
        place.line_number++;
        status = read_line(line, other_names, &place, text, err);
    }
    ark_buf_dispose(&content);
    return status;
}

static const char *
environment(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static const char *
home_directory(void)
{
    const char *home = environment("HOME");
    if (home == NULL) {
        const struct passwd *user = getpwuid(getuid());
        home = user != NULL ? user->pw_dir : "/";
    }
    return home;
}

/** $variable if absolute (XDG Base Directory Specification), else ~/fallback; then /name. Caller frees. */
static char *
xdg_path(const char *variable, const char *fallback, const char *name)
{
    const char *base = environment(variable);
    if (base != NULL && base[0] == '/') {
        return ark_path_join(base, name);
    }
    char *place = ark_path_join(home_directory(), fallback);
    char *path = ark_path_join(place, name);
    free(place);
    return path;
}

char *
ark_config_path(const char *option, bool *named)
{
    const char *path = option != NULL ? option : environment("ARK_CONFIG");
    *named = path != NULL;
    return path != NULL ? ark_xstrdup(path) : xdg_path("XDG_CONFIG_HOME", ".config", "ark/config");
}

char *
ark_index_path(const char *command_line, const char *config)
{
    const char *path = command_line != NULL ? command_line : environment("ARK_INDEX");
    if (path != NULL) {
        return ark_xstrdup(path);
    }
    if (config != NULL && config[0] == '~' && config[1] == '/') {
        return ark_path_join(home_directory(), config + 2);
    }
    return config != NULL ? ark_xstrdup(config)
                          : xdg_path("XDG_DATA_HOME", ".local/share", "ark/index");
}
