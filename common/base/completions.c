#include "common/base/completions.h"

#include <string.h>

static bool
has_argument(const struct ark_option *option)
{
    return option->argument != NULL;
}

static bool
is_optional(const struct ark_option *option)
{
    return has_argument(option) && option->argument[0] == '[';
}

/** What stands in the table of words for an option, or NULL. */
static const char *const *
words_of(const struct ark_completed_program *program, const struct ark_option *option)
{
    for (const struct ark_option_words *it = program->words; it->name != NULL; it++) {
        if (strcmp(it->name, option->name) == 0) {
            return it->words;
        }
    }
    return NULL;
}

/** True for arguments that name files or directories. */
static bool
names_files(const struct ark_option *option)
{
    return has_argument(option) &&
           (strcmp(option->argument, "FILE") == 0 || strcmp(option->argument, "DIR") == 0 ||
            strcmp(option->argument, "DOC") == 0);
}

/** A name for functions of a shell. */
static const char *
function_of(const struct ark_completed_program *program)
{
    return program->completes_words ? "ark_search" : "ark_index";
}

static void
write_words(const char *const *words, FILE *out)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        (void)fprintf(out, "%s%s", i == 0 ? "" : " ", words[i]);
    }
}

/** The names of all options, those with a value with "=". */
static void
write_names(const struct ark_completed_program *program, FILE *out)
{
    for (const struct ark_option *it = program->options; it->name != NULL; it++) {
        (void)fprintf(out, "%s--%s%s", it == program->options ? "" : " ", it->name,
                      has_argument(it) && !is_optional(it) ? "=" : "");
        if (is_optional(it)) {
            (void)fprintf(out, " --%s=", it->name);
        }
    }
}

static void
write_bash_values(const struct ark_completed_program *program, FILE *out)
{
    (void)fputs("    case $option in\n", out);
    for (const struct ark_option *it = program->options; it->name != NULL; it++) {
        const char *const *words = words_of(program, it);
        if (words != NULL) {
            (void)fprintf(out, "    --%s) COMPREPLY=($(compgen -W '", it->name);
            write_words(words, out);
            (void)fputs("' -- \"$value\")) ;;\n", out);
        } else if (names_files(it)) {
            bool dir = strcmp(it->argument, "DIR") == 0;
            (void)fprintf(out,
                          "    --%s) compopt -o filenames; COMPREPLY=($(compgen -%c -- "
                          "\"$value\")) ;;\n",
                          it->name, dir ? 'd' : 'f');
        }
    }
    (void)fputs("    esac\n", out);
}

static void
write_bash(const struct ark_completed_program *program, FILE *out)
{
    (void)fprintf(out,
                  "# bash completion for %s, made from its option table.\n"
                  "_%s() {\n"
                  "    local IFS=$' \\t\\n' cur=${COMP_WORDS[COMP_CWORD]} option= value= index=()\n"
                  "    local previous=${COMP_WORDS[COMP_CWORD-1]} i\n"
                  "    compopt +o nospace 2>/dev/null\n"
                  "    if [[ $cur == = ]]; then option=$previous value=\n"
                  "    elif [[ $previous == = && COMP_CWORD -gt 2 ]]; then\n"
                  "        option=${COMP_WORDS[COMP_CWORD-2]} value=$cur\n"
                  "    elif [[ $cur == --*=* ]]; then option=${cur%%%%=*} value=${cur#*=}\n"
                  "    fi\n"
                  "    if [[ -n $option ]]; then\n",
                  program->name, function_of(program));
    write_bash_values(program, out);
    (void)fputs("    return\n    fi\n    if [[ $cur == -* ]]; then\n"
                "        COMPREPLY=($(compgen -W '",
                out);
    write_names(program, out);
    (void)fputs("' -- \"$cur\"))\n"
                "        [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o "
                "nospace 2>/dev/null\n        return\n    fi\n",
                out);
    if (program->completes_words) {
        (void)fputs("    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                    "        [[ ${COMP_WORDS[i]} == -i ]] && index=(-i \"${COMP_WORDS[i+1]}\")\n"
                    "    done\n    IFS=$'\\n'\n"
                    "    COMPREPLY=($(compgen -W '",
                    out);
        for (size_t i = 0; program->prefixes != NULL && program->prefixes[i] != NULL; i++) {
            (void)fprintf(out, "%s%s", i == 0 ? "" : "\n", program->prefixes[i]);
        }
        (void)fprintf(out,
                      "' -- \"$cur\") $(%s \"${index[@]}\" --complete=\"$cur\" 2>/dev/null))\n",
                      program->name);
    } else {
        (void)fputs("    compopt -o filenames\n    COMPREPLY=($(compgen -f -- \"$cur\"))\n", out);
    }
    (void)fprintf(out, "}\ncomplete -F _%s %s\n", function_of(program), program->name);
}

/** The help of an option: that of the line it shares. */
static const char *
help_of(const struct ark_option *option)
{
    while (option->help == NULL) {
        option++;
    }
    return option->help;
}

static void
write_zsh_action(const struct ark_completed_program *program, const struct ark_option *option,
                 FILE *out)
{
    const char *const *words = words_of(program, option);
    (void)fprintf(out, ":%s:", option->argument[0] == '[' ? "value" : option->argument);
    if (words != NULL) {
        (void)fputc('(', out);
        write_words(words, out);
        (void)fputc(')', out);
    } else if (names_files(option)) {
        (void)fputs(strcmp(option->argument, "DIR") == 0 ? "_files -/" : "_files", out);
    }
}

static void
write_zsh(const struct ark_completed_program *program, FILE *out)
{
    (void)fprintf(out, "#compdef %s\n# made from the option table of %s\n", program->name,
                  program->name);
    if (program->completes_words) {
        (void)fprintf(out,
                      "_ark_words() {\n"
                      "    local -a words\n"
                      "    words=(${(f)\"$(%s ${opt_args[-i]:+-i} ${opt_args[-i]} "
                      "--complete=\"$PREFIX\" 2>/dev/null)\"})\n"
                      "    compadd -Q -a words\n"
                      "    compadd -S '' -- ",
                      program->name);
        write_words(program->prefixes, out);
        (void)fputs("\n}\n", out);
    }
    (void)fputs("_arguments -s \\\n", out);
    for (const struct ark_option *it = program->options; it->name != NULL; it++) {
        if (it->letter != '\0') {
            (void)fprintf(out, "    '*-%c%s[%s]", it->letter, has_argument(it) ? "+" : "",
                          help_of(it));
            if (has_argument(it)) {
                write_zsh_action(program, it, out);
            }
            (void)fputs("' \\\n", out);
        }
        (void)fprintf(out, "    '*--%s%s[%s]", it->name,
                      is_optional(it) ? "=-" : (has_argument(it) ? "=" : ""), help_of(it));
        if (has_argument(it)) {
            (void)fputs(is_optional(it) ? ":" : "", out);
            write_zsh_action(program, it, out);
        }
        (void)fputs("' \\\n", out);
    }
    (void)fputs(program->completes_words ? "    '*:word:_ark_words'\n" : "    '*:path:_files'\n",
                out);
}

static void
write_fish(const struct ark_completed_program *program, FILE *out)
{
    (void)fprintf(out, "# fish completion for %s, made from its option table.\n", program->name);
    for (const struct ark_option *it = program->options; it->name != NULL; it++) {
        const char *const *words = words_of(program, it);
        (void)fprintf(out, "complete -c %s -l %s", program->name, it->name);
        if (it->letter != '\0') {
            (void)fprintf(out, " -s %c", it->letter);
        }
        if (has_argument(it) && !is_optional(it)) {
            (void)fputs(names_files(it) ? " -r -F" : " -x", out);
        }
        if (words != NULL) {
            (void)fputs(" -a '", out);
            write_words(words, out);
            (void)fputs("'", out);
        }
        (void)fprintf(out, " -d '%s'\n", help_of(it));
    }
    if (program->completes_words) {
        (void)fprintf(out,
                      "complete -c %s -f -a '(%s --complete=(commandline -ct) 2>/dev/null)'\n"
                      "complete -c %s -f -a '",
                      program->name, program->name, program->name);
        write_words(program->prefixes, out);
        (void)fputs("'\n", out);
    }
}

bool
ark_write_completions(const struct ark_completed_program *program, const char *shell, FILE *out)
{
    if (strcmp(shell, "bash") == 0) {
        write_bash(program, out);
    } else if (strcmp(shell, "zsh") == 0) {
        write_zsh(program, out);
    } else if (strcmp(shell, "fish") == 0) {
        write_fish(program, out);
    } else {
        return false;
    }
    return true;
}
