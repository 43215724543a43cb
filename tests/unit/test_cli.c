#include <check.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/cli.h"
#include "tests/unit/in_child.h"

enum { ID_INDEX, ID_LIMIT, ID_LIST, ID_NULL, ID_EXPLAIN, ID_JSON, ID_LINES, ID_HIDDEN };

static const struct ark_option OPTIONS[] = {
    {"index", 'i', "DIR", "the index", ID_INDEX, true},
    {"limit", 'n', "N", "hits shown", ID_LIMIT, true},
    {"list", 'l', NULL, NULL, ID_LIST, false},
    {"null", '0', NULL, "names only, ended by NUL", ID_NULL, false},
    {"explain", '\0', "[=query]", "why", ID_EXPLAIN, false},
    {"json", 'j', NULL, "JSON Lines", ID_JSON, false},
    {"lines", '\0', "N", "lines", ID_LINES, false},
    {"hidden", '\0', NULL, "hidden files too", ID_HIDDEN, true},
    {NULL, '\0', NULL, NULL, 0, false},
};

/** What the handler was given, as "id=value;" pieces. */
static struct ark_buf seen;

static enum ark_status
record(void *context, int id, const char *value, struct ark_error *err)
{
    ck_assert_ptr_eq(context, &seen);
    if (value != NULL && strcmp(value, "refused") == 0) {
        return ark_error_set(err, ARK_E_ARGUMENT, "not this: %s", value);
    }
    ark_buf_printf(&seen, "%d%s%s;", id, value == NULL ? "" : "=", value == NULL ? "" : value);
    return ARK_OK;
}

static const struct ark_command_line LINE = {
    .program = "ark-test", .options = OPTIONS, .handle = record, .context = &seen};

enum { ARGS_MAX = 8 };

static char *args[ARGS_MAX + 2];
static int args_count;
static int rest_count;
static struct ark_error error;

/** Parses a line of arguments parted by blanks. */
static enum ark_status
parse(const struct ark_command_line *line, const char *text)
{
    static char words[256];
    ck_assert_uint_lt(strlen(text), sizeof words);
    memcpy(words, text, strlen(text) + 1);
    static char program[] = "ark-test";
    args[0] = program;
    args_count = 1;
    for (char *at = words; at != NULL;) {
        ck_assert_int_le(args_count, ARGS_MAX);
        args[args_count++] = at;
        at = strchr(at, ' ');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    ark_buf_clear(&seen);
    return ark_command_line_parse(line, args_count, args, &rest_count, &error);
}

static void
assert_parsed(const char *text, const char *expected)
{
    ck_assert_msg(parse(&LINE, text) == ARK_OK, "%s: %s", text, error.text);
    ck_assert_str_eq(ark_buf_cstr(&seen), expected);
}

static void
assert_refused(const char *text, const char *message)
{
    ck_assert_int_eq(parse(&LINE, text), ARK_E_ARGUMENT);
    ck_assert_str_eq(error.text, message);
}

static void
setup(void)
{
    seen = ark_buf_make(4096);
    static const char *const names[] = {"ARK_INDEX",       "ARK_CONFIG", "XDG_DATA_HOME",
                                        "XDG_CONFIG_HOME", "NO_COLOR",   "CLICOLOR",
                                        "CLICOLOR_FORCE"};
    for (size_t i = 0; i < ARK_COUNT_OF(names); i++) {
        ck_assert_int_eq(unsetenv(names[i]), 0);
    }
}

static void
teardown(void)
{
    ark_buf_dispose(&seen);
}

START_TEST(long_options_take_values_attached_or_apart)
{
    assert_parsed("--index=a --limit 5 --json", "0=a;1=5;5;");
}
END_TEST

START_TEST(letters_may_be_joined_and_the_last_may_have_a_value)
{
    assert_parsed("-l0n5 -i dir -j", "2;3;1=5;0=dir;5;");
}
END_TEST

START_TEST(options_and_arguments_stand_in_any_order)
{
    assert_parsed("one -l two --limit 5 three", "2;1=5;");
    ck_assert_int_eq(rest_count, 3);
    ck_assert_str_eq(args[1], "one");
    ck_assert_str_eq(args[2], "two");
    ck_assert_str_eq(args[3], "three");
}
END_TEST

START_TEST(two_dashes_end_options)
{
    assert_parsed("-l -- -n --json", "2;");
    ck_assert_int_eq(rest_count, 2);
    ck_assert_str_eq(args[1], "-n");
    ck_assert_str_eq(args[2], "--json");
}
END_TEST

START_TEST(one_dash_alone_is_an_argument)
{
    assert_parsed("- -l", "2;");
    ck_assert_int_eq(rest_count, 1);
    ck_assert_str_eq(args[1], "-");
}
END_TEST

START_TEST(an_optional_value_is_only_taken_when_attached)
{
    assert_parsed("--explain query", "4;");
    ck_assert_int_eq(rest_count, 1);
    assert_parsed("--explain=query", "4=query;");
}
END_TEST

START_TEST(long_names_may_be_shortened_while_unambiguous)
{
    assert_parsed("--ind=a --lim 3", "0=a;1=3;");
    assert_refused("--li", "ambiguous option (--limit, --list, --lines): --li");
}
END_TEST

START_TEST(unknown_options_name_the_nearest)
{
    assert_refused("--indxe=a", "unknown option (did you mean --index?): --indxe=a");
    assert_refused("--jsno", "unknown option (did you mean --json?): --jsno");
    assert_refused("--zebra", "unknown option (see --help): --zebra");
    assert_refused("-x", "unknown option (see --help): -x");
    assert_refused("-hidden", "unknown option (did you mean --hidden?): -hidden");
}
END_TEST

START_TEST(very_long_unknown_options_are_refused_in_bounded_memory)
{
    char text[200] = "--";
    memset(text + 2, 'a', sizeof text - 3);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(parse(&LINE, text), ARK_E_ARGUMENT);
}
END_TEST

START_TEST(missing_and_unexpected_values_are_refused)
{
    assert_refused("--limit", "missing N after --limit");
    assert_refused("-i", "missing DIR after -i");
    assert_refused("--json=yes", "--json takes no value: --json=yes");
}
END_TEST

START_TEST(what_the_handler_refuses_is_passed_up)
{
    assert_refused("--limit=refused", "not this: refused");
}
END_TEST

START_TEST(query_text_after_a_dash_is_no_option)
{
    struct ark_command_line line = LINE;
    line.dash_text = true;
    ck_assert_int_eq(parse(&line, "-\xD8\xAD\xD9\x84\xD8\xA8 -l"), ARK_OK); // the name Halab
    ck_assert_int_eq(rest_count, 1);
    ck_assert_str_eq(ark_buf_cstr(&seen), "2;");
    ck_assert_int_eq(parse(&LINE, "-\xD8\xAD"), ARK_E_ARGUMENT);
}
END_TEST

START_TEST(numbers_are_whole_and_bounded)
{
    uint64_t number = 7;
    ck_assert(ark_parse_number("0", 10, &number) && number == 0);
    ck_assert(ark_parse_number("10", 10, &number) && number == 10);
    ck_assert(ark_parse_number("18446744073709551615", UINT64_MAX, &number));
    ck_assert_uint_eq(number, UINT64_MAX);
    static const char *const bad[] = {"", "11", "-1", "1 ", "x", "1x", "18446744073709551616"};
    for (size_t i = 0; i < ARK_COUNT_OF(bad); i++) {
        uint64_t max = i == 6 ? UINT64_MAX : 10;
        ck_assert_msg(!ark_parse_number(bad[i], max, &number), "%s", bad[i]);
    }
    ck_assert(!ark_parse_number("5", 3, &number));
    ck_assert(ark_parse_number("\u0661\u0660", 10, &number) && number == 10); // Arabic-Indic
    ck_assert(ark_parse_number("\u06F1\u06F9", 19, &number) && number == 19); // Persian
    static const char *const no_digits[] = {"\xD9", "\xD9\xAA", "\xDB\xAF", "\u066A", "1\xDB"};
    for (size_t i = 0; i < ARK_COUNT_OF(no_digits); i++) {
        ck_assert_msg(!ark_parse_number(no_digits[i], 100, &number), "%zu", i);
    }
}
END_TEST

START_TEST(sizes_have_suffixes_by_powers_of_1024)
{
    uint64_t size = 0;
    ck_assert(ark_parse_size("12", &size) && size == 12);
    ck_assert(ark_parse_size("3K", &size) && size == 3072);
    ck_assert(ark_parse_size("256M", &size) && size == 256u << 20);
    ck_assert(ark_parse_size("2g", &size) && size == UINT64_C(2) << 30);
    static const char *const bad[] = {
        "", "K", "1KB", "1.5M", "17179869184G", "-1K", "1111111111111111111111111111111111"};
    for (size_t i = 0; i < ARK_COUNT_OF(bad); i++) {
        ck_assert_msg(!ark_parse_size(bad[i], &size), "%s", bad[i]);
    }
}
END_TEST

START_TEST(choices_are_named_when_none_fits)
{
    int when = -1;
    ck_assert_int_eq(ark_parse_choice("color", "never", ark_when_names, &when, &error), ARK_OK);
    ck_assert_int_eq(when, ARK_WHEN_NEVER);
    ck_assert_int_eq(ark_parse_choice("color", "red", ark_when_names, &when, &error),
                     ARK_E_ARGUMENT);
    ck_assert_str_eq(error.text, "--color must be one of auto, always, never, not: red");
}
END_TEST

static void
assert_visible(ark_str text, const char *expected)
{
    struct ark_buf out = ark_buf_make(1024);
    ark_make_visible(text, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), expected);
    ark_buf_dispose(&out);
}

START_TEST(arabic_text_is_visible_as_it_is)
{
    assert_visible(ARK_STR("\xD8\xAD\xD9\x84\xD8\xA8.txt"), "\xD8\xAD\xD9\x84\xD8\xA8.txt");
}
END_TEST

START_TEST(nothing_that_drives_a_terminal_is_left)
{
    assert_visible(ARK_STR("a\033[31mb\n\x7F"), "a\\x1B[31mb\\x0A\\x7F");
    assert_visible(ARK_STR("\xC2\x9B"), "\\xC2\\x9B");          // C1 CSI
    assert_visible(ARK_STR("\xE2\x80\xAE"), "\\xE2\\x80\\xAE"); // right-to-left override
    assert_visible(ARK_STR("\xE2\x81\xA6"), "\\xE2\\x81\\xA6"); // isolate
    assert_visible(ARK_STR("\xD8\x9C"), "\\xD8\\x9C");          // Arabic letter mark
    assert_visible(ARK_STR("\xFF\xC0\x80\xED\xA0\x80"), "\\xFF\\xC0\\x80\\xED\\xA0\\x80");
    assert_visible(ARK_STR("x\xE2\x80"), "x\\xE2\\x80");                 // cut short
    assert_visible(ARK_STR("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80"); // above U+10FFFF
    assert_visible(ARK_STR("\xF0\x9F\x99\x82"), "\xF0\x9F\x99\x82");     // a smile
}
END_TEST

START_TEST(help_keeps_the_order_of_the_table_in_80_columns)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ark_print_help(out, "usage: ark-test\n", OPTIONS, "the end\n");
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(text, "usage: ark-test\n"
                           "  -i, --index=DIR         the index\n"
                           "  -n, --limit=N           hits shown\n"
                           "  -l, --list, -0, --null  names only, ended by NUL\n"
                           "      --explain[=query]   why\n"
                           "  -j, --json              JSON Lines\n"
                           "      --lines=N           lines\n"
                           "      --hidden            hidden files too\n"
                           "the end\n");
    free(text);
}
END_TEST

/** Writes content to a temporary file and reads it as config. */
static enum ark_status
read_config(const char *content)
{
    char path[] = "/tmp/ark-config-XXXXXX";
    static const char *const others[] = {"bidi", NULL};
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, content, strlen(content)), (int)strlen(content));
    ck_assert_int_eq(close(fd), 0);
    ark_buf_clear(&seen);
    enum ark_status status = ark_config_read(&LINE, path, true, others, &error);
    ck_assert_int_eq(unlink(path), 0);
    return status;
}

START_TEST(config_lines_are_given_to_the_handler)
{
    ck_assert_int_eq(read_config("# a comment\n\n index = /a b \nlimit=\" 5\"\r\nhidden = yes\n"
                                 "bidi = visual\nfilter.pdf = pdftotext %f -\nhidden = no"),
                     ARK_OK);
    ck_assert_str_eq(ark_buf_cstr(&seen), "0=/a b;1= 5;7;");
}
END_TEST

START_TEST(config_errors_name_file_and_line)
{
    static const struct {
        const char *content;
        const char *begin;
        const char *end;
    } cases[] = {
        {"limit = 5\nzebra = 1\n", "unknown setting, line 2 of /tmp/ark-config-", ": zebra"},
        {"list = yes\n", "unknown setting, line 1 of ", ": list"},
        {"hidden\n", "not \"name = value\", line 1 of ", ": hidden"},
        {"hidden = perhaps\n", "yes or no expected, line 1 of ", ": perhaps"},
        {"\nlimit = refused\n", "line 2 of /tmp/ark-config-", ": not this: refused"},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(cases); i++) {
        ck_assert_int_eq(read_config(cases[i].content), ARK_E_ARGUMENT);
        ark_str text = ark_str_from(error.text);
        ck_assert_msg(ark_str_starts_with(text, ark_str_from(cases[i].begin)), "%s", error.text);
        ck_assert_msg(ark_str_ends_with(text, ark_str_from(cases[i].end)), "%s", error.text);
    }
}
END_TEST

START_TEST(a_missing_config_file_matters_only_when_named)
{
    static const char *const others[] = {NULL};
    const char *path = "/nonexistent/ark-config";
    ck_assert_int_eq(ark_config_read(&LINE, path, false, others, &error), ARK_OK);
    ck_assert_int_eq(ark_config_read(&LINE, path, true, others, &error), ARK_E_NOT_FOUND);
}
END_TEST

static void
assert_owned_str(char *text, const char *expected)
{
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(the_index_is_found_by_option_environment_config_then_xdg)
{
    ck_assert_int_eq(setenv("HOME", "/home/u", 1), 0);
    assert_owned_str(ark_index_path(NULL, NULL), "/home/u/.local/share/ark/index");
    ck_assert_int_eq(setenv("XDG_DATA_HOME", "relative", 1), 0); // to be ignored
    assert_owned_str(ark_index_path(NULL, NULL), "/home/u/.local/share/ark/index");
    ck_assert_int_eq(setenv("XDG_DATA_HOME", "/data", 1), 0);
    assert_owned_str(ark_index_path(NULL, NULL), "/data/ark/index");
    assert_owned_str(ark_index_path(NULL, "/conf"), "/conf");
    assert_owned_str(ark_index_path(NULL, "~/my"), "/home/u/my");
    ck_assert_int_eq(setenv("ARK_INDEX", "/env", 1), 0);
    assert_owned_str(ark_index_path(NULL, "/conf"), "/env");
    assert_owned_str(ark_index_path("here", "/conf"), "here");
}
END_TEST

START_TEST(a_config_file_that_was_named_must_exist)
{
    bool named = true;
    ck_assert_int_eq(setenv("HOME", "/home/u", 1), 0);
    assert_owned_str(ark_config_path(NULL, &named), "/home/u/.config/ark/config");
    ck_assert(!named);
    ck_assert_int_eq(setenv("XDG_CONFIG_HOME", "/conf", 1), 0);
    assert_owned_str(ark_config_path(NULL, &named), "/conf/ark/config");
    ck_assert(!named);
    ck_assert_int_eq(setenv("ARK_CONFIG", "/env", 1), 0);
    assert_owned_str(ark_config_path(NULL, &named), "/env");
    ck_assert(named);
    assert_owned_str(ark_config_path("here", &named), "here");
}
END_TEST

START_TEST(color_follows_option_then_environment_then_terminal)
{
    int file = fileno(stdout); // not a terminal in a test run with a pipe; never asked below
    ck_assert(ark_color_wanted(ARK_WHEN_ALWAYS, file));
    ck_assert(!ark_color_wanted(ARK_WHEN_NEVER, file));
    int pipes[2];
    ck_assert_int_eq(pipe(pipes), 0);
    ck_assert(!ark_color_wanted(ARK_WHEN_AUTO, pipes[1]));
    ck_assert_int_eq(setenv("CLICOLOR_FORCE", "0", 1), 0);
    ck_assert(!ark_color_wanted(ARK_WHEN_AUTO, pipes[1]));
    ck_assert_int_eq(setenv("CLICOLOR_FORCE", "1", 1), 0);
    ck_assert(ark_color_wanted(ARK_WHEN_AUTO, pipes[1]));
    ck_assert_int_eq(setenv("NO_COLOR", "1", 1), 0);
    ck_assert(!ark_color_wanted(ARK_WHEN_AUTO, pipes[1]));
    ck_assert_int_eq(close(pipes[0]) + close(pipes[1]), 0);
}
END_TEST

/** Runs child in a process of its own and returns how it ended. */
static int
end_of(void (*child)(void))
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        child();
        _exit(0);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

static void
one_signal(void)
{
    ark_signals_install();
    (void)raise(SIGTERM);
    if (ark_signals_pending() == SIGTERM) {
        ark_signals_raise(SIGTERM);
    }
}

static void
two_signals(void)
{
    ark_signals_install();
    (void)raise(SIGINT);
    (void)raise(SIGINT);
}

static void
tell_put_back(void)
{
    (void)!write(STDERR_FILENO, "put back", 8);
}

static void
two_signals_with_something_to_put_back(void *context)
{
    (void)context;
    ark_signals_set_put_back(tell_put_back);
    two_signals();
}

START_TEST(a_second_signal_puts_back_what_must_be_and_ends_the_process)
{
    struct child_end end = run_in_child(two_signals_with_something_to_put_back, NULL);
    ck_assert(WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGINT);
    ck_assert_str_eq(end.text, "put back");
}
END_TEST

static void
ignored_signal(void)
{
    (void)signal(SIGHUP, SIG_IGN);
    ark_signals_install();
    (void)raise(SIGHUP);
    _exit(ark_signals_pending() == 0 ? 3 : 4);
}

/** A pipe that holds text and whose writing end stays open. */
static int
open_pipe(const char *text)
{
    int pipes[2];
    if (pipe(pipes) != 0 || write(pipes[1], text, strlen(text)) != (ssize_t)strlen(text)) {
        _exit(9);
    }
    return pipes[0];
}

static void
read_after_a_signal(void)
{
    char to[8];
    ark_signals_install();
    int fd = open_pipe("");
    (void)raise(SIGTERM);
    bool ended = ark_signals_read(fd, to, sizeof to) == -1 && errno == EINTR;
    _exit(ended ? 3 : 4);
}

static void
read_until_a_signal(void)
{
    char to[8];
    ark_signals_install();
    int fd = open_pipe("");
    pid_t reader = getpid();
    if (fork() == 0) {
        (void)poll(NULL, 0, 50);
        (void)kill(reader, SIGHUP);
        _exit(0);
    }
    bool ended = ark_signals_read(fd, to, sizeof to) == -1 && errno == EINTR;
    _exit(ended && ark_signals_pending() == SIGHUP ? 3 : 4);
}

static void
pass(int sig)
{
    (void)sig;
}

static void
read_through_another_signal(void)
{
    char to[8] = "";
    ark_signals_install();
    struct sigaction action = {.sa_handler = pass};
    (void)sigaction(SIGUSR1, &action, NULL);
    int pipes[2];
    pid_t reader = getpid();
    if (pipe(pipes) != 0) {
        _exit(9);
    }
    if (fork() == 0) {
        (void)poll(NULL, 0, 20);
        (void)kill(reader, SIGUSR1);
        (void)poll(NULL, 0, 20);
        _exit(write(pipes[1], "abc", 3) == 3 ? 0 : 1);
    }
    bool whole = ark_signals_read(pipes[0], to, sizeof to) == 3 && strcmp(to, "abc") == 0;
    _exit(whole ? 3 : 4);
}

START_TEST(a_read_ends_by_a_signal_whenever_it_came)
{
    int status = end_of(read_after_a_signal);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    status = end_of(read_until_a_signal);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}
END_TEST

START_TEST(a_read_goes_on_after_other_signals)
{
    int status = end_of(read_through_another_signal);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}
END_TEST

START_TEST(without_a_signal_a_read_is_a_read)
{
    char to[8] = "";
    int fd = open_pipe("abc");
    ck_assert_int_eq(ark_signals_read(fd, to, sizeof to), 3);
    ck_assert_str_eq(to, "abc");
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(ark_signals_read(fd, to, sizeof to), -1);
    ck_assert_int_eq(errno, EBADF);
}
END_TEST

START_TEST(a_signal_is_noted_and_the_process_can_end_by_it)
{
    int status = end_of(one_signal);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}
END_TEST

START_TEST(the_second_signal_ends_at_once)
{
    int status = end_of(two_signals);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}
END_TEST

START_TEST(a_signal_ignored_at_the_start_stays_ignored)
{
    int status = end_of(ignored_signal);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}
END_TEST

/** What ark_message wrote to stderr. */
static void
assert_message(bool warning, const char *text, const char *expected)
{
    int pipes[2];
    char got[256] = "";
    ck_assert_int_eq(pipe(pipes), 0);
    int saved = dup(STDERR_FILENO);
    ck_assert_int_eq(dup2(pipes[1], STDERR_FILENO), STDERR_FILENO);
    ark_message("ark-test", warning, text);
    (void)fflush(stderr);
    ck_assert_int_eq(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    ssize_t count = read(pipes[0], got, sizeof got - 1);
    ck_assert_int_gt((int)count, 0);
    got[count] = '\0';
    ck_assert_str_eq(got, expected);
    ck_assert_int_eq(close(pipes[0]) + close(pipes[1]) + close(saved), 0);
}

START_TEST(messages_name_the_program_and_hide_nothing)
{
    assert_message(false, "no index: /a\nb", "ark-test: no index: /a\\x0Ab\n");
    assert_message(true, "skipped: a", "ark-test: warning: skipped: a\n");
    ark_message_set_color(true);
    assert_message(true, "skipped: a", "ark-test: \033[33mwarning:\033[0m skipped: a\n");
    ark_message_set_color(false);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli");
    TCase *options = tcase_create("options");
    TCase *rest = tcase_create("config, messages, signals");
    tcase_add_checked_fixture(options, setup, teardown);
    tcase_add_checked_fixture(rest, setup, teardown);
    tcase_add_test(options, long_options_take_values_attached_or_apart);
    tcase_add_test(options, letters_may_be_joined_and_the_last_may_have_a_value);
    tcase_add_test(options, options_and_arguments_stand_in_any_order);
    tcase_add_test(options, two_dashes_end_options);
    tcase_add_test(options, one_dash_alone_is_an_argument);
    tcase_add_test(options, an_optional_value_is_only_taken_when_attached);
    tcase_add_test(options, long_names_may_be_shortened_while_unambiguous);
    tcase_add_test(options, unknown_options_name_the_nearest);
    tcase_add_test(options, very_long_unknown_options_are_refused_in_bounded_memory);
    tcase_add_test(options, missing_and_unexpected_values_are_refused);
    tcase_add_test(options, what_the_handler_refuses_is_passed_up);
    tcase_add_test(options, query_text_after_a_dash_is_no_option);
    tcase_add_test(options, numbers_are_whole_and_bounded);
    tcase_add_test(options, sizes_have_suffixes_by_powers_of_1024);
    tcase_add_test(options, choices_are_named_when_none_fits);
    tcase_add_test(options, help_keeps_the_order_of_the_table_in_80_columns);
    tcase_add_test(rest, arabic_text_is_visible_as_it_is);
    tcase_add_test(rest, nothing_that_drives_a_terminal_is_left);
    tcase_add_test(rest, config_lines_are_given_to_the_handler);
    tcase_add_test(rest, config_errors_name_file_and_line);
    tcase_add_test(rest, a_missing_config_file_matters_only_when_named);
    tcase_add_test(rest, the_index_is_found_by_option_environment_config_then_xdg);
    tcase_add_test(rest, a_config_file_that_was_named_must_exist);
    tcase_add_test(rest, color_follows_option_then_environment_then_terminal);
    tcase_add_test(rest, messages_name_the_program_and_hide_nothing);
    tcase_add_test(rest, a_signal_is_noted_and_the_process_can_end_by_it);
    tcase_add_test(rest, a_second_signal_puts_back_what_must_be_and_ends_the_process);
    tcase_add_test(rest, the_second_signal_ends_at_once);
    tcase_add_test(rest, a_signal_ignored_at_the_start_stays_ignored);
    tcase_add_test(rest, a_read_ends_by_a_signal_whenever_it_came);
    tcase_add_test(rest, a_read_goes_on_after_other_signals);
    tcase_add_test(rest, without_a_signal_a_read_is_a_read);
    suite_add_tcase(suite, options);
    suite_add_tcase(suite, rest);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
