#include "indexer/path_pattern.h"

#include "common/base/compiler.h"
#include "common/text/utf8.h"

/** Cuts blanks off the end, but for one that a backslash keeps. */
static ark_str
without_end_blanks(ark_str line)
{
    while (line.len > 0) {
        uint8_t last = line.bytes[line.len - 1];
        bool kept = line.len > 1 && line.bytes[line.len - 2] == '\\';
        if (last != '\r' && last != '\n' && (last != ' ' || kept)) {
            break;
        }
        line.len--;
    }
    return line;
}

struct ark_path_pattern
ark_path_pattern_of_glob(ark_str glob)
{
    struct ark_path_pattern pattern = {.glob = glob};
    if (pattern.glob.len > 1 && pattern.glob.bytes[pattern.glob.len - 1] == '/') {
        pattern.folders = true;
        pattern.glob.len--;
    }
    for (size_t i = 0; i < pattern.glob.len; i++) {
        pattern.whole_path = pattern.whole_path || pattern.glob.bytes[i] == '/';
    }
    if (pattern.glob.len > 0 && pattern.glob.bytes[0] == '/') {
        pattern.glob = ark_str_slice(pattern.glob, 1, pattern.glob.len);
    }
    return pattern;
}

bool
ark_path_pattern_parse(ark_str line, struct ark_path_pattern *out)
{
    line = without_end_blanks(line);
    if (line.len == 0 || line.bytes[0] == '#') {
        return false;
    }
    bool negated = line.bytes[0] == '!';
    if (negated) {
        line = ark_str_slice(line, 1, line.len);
    }
    *out = ark_path_pattern_of_glob(line);
    out->negated = negated;
    return out->glob.len > 0;
}

/** The character at text[at], which is inside, and its length. */
static uint32_t
character_at(ark_str text, size_t at, size_t *len)
{
    uint32_t codepoint;
    *len = ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
    return codepoint;
}

/** The next character of a bracket expression, a backslash taken off. */
static uint32_t
bracket_character(ark_str glob, size_t *at)
{
    size_t len;
    if (glob.bytes[*at] == '\\' && *at + 1 < glob.len) {
        (*at)++;
    }
    uint32_t codepoint = character_at(glob, *at, &len);
    *at += len;
    return codepoint;
}

/**
 * Compares wanted with the bracket expression at glob[at] == '['. Returns its
 * length, 0 when it is not closed (then the bracket is a character).
 */
static size_t
match_bracket(ark_str glob, size_t at, uint32_t wanted, bool *matches)
{
    size_t i = at + 1;
    bool negated = i < glob.len && (glob.bytes[i] == '!' || glob.bytes[i] == '^');
    i += negated;
    bool found = false;
    // A closing bracket in first place is a member.
    for (bool first = true; i < glob.len; first = false) {
        if (glob.bytes[i] == ']' && !first) {
            *matches = found != negated && wanted != '/';
            return i + 1 - at;
        }
        uint32_t low = bracket_character(glob, &i);
        uint32_t high = low;
        if (i + 1 < glob.len && glob.bytes[i] == '-' && glob.bytes[i + 1] != ']') {
            i++;
            high = bracket_character(glob, &i);
        }
        found = found || (wanted >= low && wanted <= high);
    }
    return 0;
}

/**
 * Matches the one-character element at glob[*at] with the character at
 * text[*in], moving both on. False when they differ.
 */
static bool
match_one(ark_str glob, size_t *at, ark_str text, size_t *in)
{
    size_t len;
    uint32_t character = character_at(text, *in, &len);
    uint8_t element = glob.bytes[*at];
    if (element == '?') {
        (*at)++;
        *in += len;
        return character != '/';
    }
    if (element == '[') {
        bool matches = false;
        size_t size = match_bracket(glob, *at, character, &matches);
        if (size > 0) {
            *at += size;
            *in += len;
            return matches;
        }
    }
    *at += element == '\\' && *at + 1 < glob.len;
    bool same = glob.bytes[*at] == text.bytes[*in];
    (*at)++;
    (*in)++;
    return same;
}

/** True when a name that is ** begins at glob[at]. */
static bool
is_folders(ark_str glob, size_t at)
{
    bool begins = at == 0 || glob.bytes[at - 1] == '/';
    return begins && at + 1 < glob.len && glob.bytes[at] == '*' && glob.bytes[at + 1] == '*' &&
           (at + 2 == glob.len || glob.bytes[at + 2] == '/');
}

/** A place to go back to: the glob after a star, the text that it has not eaten yet. */
struct retry {
    bool set;
    size_t at;
    size_t in;
};

/** Lets the last star eat one character more, or the last ** one name more. False when neither can. */
static bool
go_back(struct retry *star, struct retry *folders, ark_str text, size_t *at, size_t *in)
{
    if (star->set && star->in < text.len && text.bytes[star->in] != '/') {
        star->in++;
        *at = star->at;
        *in = star->in;
        return true;
    }
    star->set = false;
    if (!folders->set) {
        return false;
    }
    while (folders->in < text.len && text.bytes[folders->in] != '/') {
        folders->in++;
    }
    if (folders->in == text.len) {
        return false;
    }
    folders->in++;
    *at = folders->at;
    *in = folders->in;
    return true;
}

/**
 * Only the last star of each kind need be tried again: what an earlier one
 * could eat more, the later one can eat as well.
 */
static bool
match_glob(ark_str glob, ark_str text)
{
    struct retry star = {0};
    struct retry folders = {0};
    size_t at = 0;
    size_t in = 0;
    for (;;) {
        if (at < glob.len && is_folders(glob, at)) {
            if (at + 2 == glob.len) {
                return in < text.len;
            }
            at += 3;
            folders = (struct retry){true, at, in};
            star.set = false;
        } else if (at < glob.len && glob.bytes[at] == '*') {
            star = (struct retry){true, ++at, in};
        } else if (at == glob.len && in == text.len) {
            return true;
        } else if (at == glob.len || in == text.len || !match_one(glob, &at, text, &in)) {
            if (!go_back(&star, &folders, text, &at, &in)) {
                return false;
            }
        }
    }
}

bool
ark_path_pattern_matches(const struct ark_path_pattern *pattern, ark_str path, bool folder)
{
    if (pattern->folders && !folder) {
        return false;
    }
    size_t name = path.len;
    while (!pattern->whole_path && name > 0 && path.bytes[name - 1] != '/') {
        name--;
    }
    return match_glob(pattern->glob,
                      pattern->whole_path ? path : ark_str_slice(path, name, path.len));
}
