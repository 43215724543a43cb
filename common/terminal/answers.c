#include "common/terminal/answers.h"

#include <string.h>

enum state {
    STATE_TEXT,
    STATE_ESCAPE,
    STATE_CSI,           // in a control sequence, up to its final byte
    STATE_STRING,        // in a device control string, up to its terminator
    STATE_STRING_ESCAPE, // in it, after an ESC
};

enum {
    ESC = 0x1B,
    // The same introducers as single bytes, for terminals set to eight bits.
    C1_DCS = 0x90,
    C1_CSI = 0x9B,
    C1_ST = 0x9C,
};

struct ark_answers
ark_answers_none(void)
{
    return (struct ark_answers){.order = ARK_MODE_SILENT, .directions = ARK_MODE_SILENT};
}

struct ark_answer_reader
ark_answer_reader_make(void)
{
    return (struct ark_answer_reader){.answers = ark_answers_none(), .state = STATE_TEXT};
}

static bool
starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/** "0$y" to "4$y" as a mode; anything else is silence. */
static enum ark_mode
mode_of(const char *text)
{
    bool sane = text[0] >= '0' && text[0] <= '4' && strcmp(text + 1, "$y") == 0;
    return sane ? (enum ark_mode)(text[0] - '0') : ARK_MODE_SILENT;
}

/** A control sequence is whole: sequence holds it from after CSI to its final byte. */
static void
take_sequence(struct ark_answer_reader *reader)
{
    static const char ORDER[] = "8;";
    static const char DIRECTIONS[] = "?2501;";
    struct ark_answers *answers = &reader->answers;
    const char *sequence = reader->sequence;
    if (starts_with(sequence, ORDER)) {
        answers->order = mode_of(sequence + strlen(ORDER));
    } else if (starts_with(sequence, DIRECTIONS)) {
        answers->directions = mode_of(sequence + strlen(DIRECTIONS));
    } else if (sequence[0] == '?' && sequence[reader->len - 1] == 'c') {
        answers->complete = true;
    }
}

/** A device control string is whole: ">|" and the name, or another's. */
static void
take_string(struct ark_answer_reader *reader)
{
    size_t len = reader->len - 2;
    if (!starts_with(reader->sequence, ">|")) {
        return;
    }
    if (len >= ARK_TERMINAL_NAME_BYTES_MAX) {
        len = ARK_TERMINAL_NAME_BYTES_MAX - 1;
    }
    memcpy(reader->answers.name, reader->sequence + 2, len);
    reader->answers.name[len] = '\0';
}

/** Keeps a byte of the sequence; one that is too long is forgotten as it ends. */
static void
keep(struct ark_answer_reader *reader, uint8_t byte)
{
    if (reader->len + 1 < sizeof reader->sequence) {
        reader->sequence[reader->len++] = (char)byte;
        reader->sequence[reader->len] = '\0';
    } else {
        reader->len = 0;
        reader->sequence[0] = '\0';
        reader->state = STATE_TEXT;
    }
}

static void
begin(struct ark_answer_reader *reader, enum state state)
{
    reader->state = state;
    reader->len = 0;
    reader->sequence[0] = '\0';
}

static void
take_in_csi(struct ark_answer_reader *reader, uint8_t byte)
{
    if (byte < 0x20 || byte > 0x7E) {
        begin(reader, STATE_TEXT); // broken off
        return;
    }
    keep(reader, byte);
    if (byte >= 0x40 && reader->state == STATE_CSI) {
        take_sequence(reader);
        begin(reader, STATE_TEXT);
    }
}

static void
take(struct ark_answer_reader *reader, uint8_t byte)
{
    if (reader->state == STATE_STRING_ESCAPE) {
        if (byte == '\\') {
            take_string(reader);
            begin(reader, STATE_TEXT);
            return;
        }
        reader->state = STATE_ESCAPE; // another sequence broke the string off
    }
    if (reader->state == STATE_ESCAPE) {
        begin(reader, byte == '[' ? STATE_CSI : byte == 'P' ? STATE_STRING : STATE_TEXT);
    } else if (byte == ESC) {
        reader->state = reader->state == STATE_STRING ? STATE_STRING_ESCAPE : STATE_ESCAPE;
    } else if (reader->state == STATE_CSI) {
        take_in_csi(reader, byte);
    } else if (reader->state == STATE_STRING && byte == C1_ST) {
        take_string(reader);
        begin(reader, STATE_TEXT);
    } else if (reader->state == STATE_STRING) {
        keep(reader, byte);
    } else if (byte == C1_CSI || byte == C1_DCS) {
        begin(reader, byte == C1_CSI ? STATE_CSI : STATE_STRING);
    }
}

void
ark_answer_reader_feed(struct ark_answer_reader *reader, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        take(reader, bytes[i]);
    }
}
