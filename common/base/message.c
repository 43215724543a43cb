#include "common/base/message.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/base/translate.h"

static bool color_on;
static const struct ark_message_layout *layout;

/**
 * The length of the well-formed UTF-8 character at the start of text, its value
 * in *codepoint; 0 when there is none. Table 3-7 of the Unicode Standard. The
 * text layer has a decoder of its own, which base may not call.
 */
static size_t
decode(ark_str text, uint32_t *codepoint)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = text.bytes[0];
    if (lead < 0x80) {
        *codepoint = lead;
        return 1;
    }
    size_t len = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (len == 0 || lead >= 0xF5 || len > text.len) {
        return 0;
    }
    uint32_t value = lead & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((text.bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (text.bytes[i] & 0x3Fu);
    }
    bool surrogate = value >= 0xD800 && value < 0xE000;
    *codepoint = value;
    return surrogate || value < least[len] || value > 0x10FFFF ? 0 : len;
}

/**
 * Controls, line separators, the characters that change the direction of what
 * follows, and those that are never seen: two names that look the same would not
 * be. ZWNJ and ZWJ stay, they shape letters.
 */
static bool
drives_terminal(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x061C || c == 0x180E ||
           c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE0FFF);
}

void
ark_make_visible(ark_str text, struct ark_buf *out)
{
    while (text.len > 0) {
        uint32_t codepoint = 0;
        size_t len = decode(text, &codepoint);
        size_t taken = len == 0 ? 1 : len;
        if (len > 0 && !drives_terminal(codepoint)) {
            ark_buf_append(out, text.bytes, taken);
        } else {
            for (size_t i = 0; i < taken; i++) {
                ark_buf_printf(out, "\\x%02X", text.bytes[i]);
            }
        }
        text = ark_str_slice(text, taken, text.len);
    }
}

void
ark_message_set_color(bool on)
{
    color_on = on;
}

void
ark_message_set_layout(const struct ark_message_layout *wanted)
{
    layout = wanted;
}

/** The line as it is, "warning:" in colour. */
static void
write_plainly(ark_str program, ark_str warning, ark_str text, struct ark_buf *line)
{
    bool colored = color_on && warning.len > 0;
    ark_buf_append_str(line, program);
    ark_buf_append_str(line, colored ? ARK_STR("\033[33m") : ARK_STR(""));
    ark_buf_append_str(line, ark_str_trim(warning));
    ark_buf_append_str(line, colored ? ARK_STR("\033[0m") : ARK_STR(""));
    ark_buf_append_str(line, warning.len > 0 ? ARK_STR(" ") : ARK_STR(""));
    ark_buf_append_str(line, text);
    ark_buf_push(line, '\n');
}

void
ark_message(const char *program, bool warning, const char *text)
{
    struct ark_buf lead = ark_buf_make(ARK_ERROR_BYTES_MAX);
    struct ark_buf visible = ark_buf_make(strlen(text) * 4 + 1);
    struct ark_buf line = ark_buf_make(SIZE_MAX / 2);
    ark_buf_printf(&lead, "%s: ", program);
    size_t program_len = lead.len;
    if (warning) {
        ark_buf_printf(&lead, "%s ", ark_translate("warning:"));
    }
    ark_str who = ark_str_slice(ark_buf_view(&lead), 0, program_len);
    ark_str kind = ark_str_slice(ark_buf_view(&lead), program_len, lead.len);
    ark_make_visible(ark_str_from(text), &visible);
    if (layout != NULL) {
        layout->lay_out(layout->context, who, kind, ark_buf_view(&visible), &line);
    } else {
        write_plainly(who, kind, ark_buf_view(&visible), &line);
    }
    // One write: lines of two processes do not mix.
    (void)fwrite(line.bytes, 1, line.len, stderr);
    ark_buf_dispose(&line);
    ark_buf_dispose(&visible);
    ark_buf_dispose(&lead);
}

void
ark_message_error(const char *program, const struct ark_error *error)
{
    ark_message(program, false, error->text);
    if (error->status == ARK_E_CORRUPT) {
        ark_message(program, false,
                    ark_translate("your texts are not harmed: run ark-index --rebuild, or remove "
                                  "the index and index again"));
    }
}

static bool
set_and_not(const char *name, const char *off)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' && strcmp(value, off) != 0;
}

bool
ark_color_wanted(enum ark_when when, int fd)
{
    if (when != ARK_WHEN_AUTO) {
        return when == ARK_WHEN_ALWAYS;
    }
    if (set_and_not("NO_COLOR", "")) {
        return false;
    }
    if (set_and_not("CLICOLOR_FORCE", "0")) {
        return true;
    }
    const char *cli_color = getenv("CLICOLOR");
    bool allowed = cli_color == NULL || strcmp(cli_color, "0") != 0;
    return allowed && set_and_not("TERM", "dumb") && isatty(fd) == 1;
}
