#!/usr/bin/env python3
"""Both programs on scripted terminals: which mode they choose, what they leave behind.

test_scripted.py ARK-INDEX ARK-SEARCH SAMPLES

Ends with 77 (skipped) where there are no pseudo-terminals.
"""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
import unittest
from pathlib import Path

import scripted
from scripted import Kind

SKIPPED = 77
QUERY = "هدنة إنسانية"
TITLE = "اتفاق على هدنة إنسانية في وادي الريحان"

UNKNOWN = {"order": b"\033[8;0$y", "directions": b"\033[?2501;0$y"}


def dcs(name):
    return b"\033P>|" + name + b"\033\\"


# As these terminals answered when this was written, and what they set in the environment.
XTERM = Kind({**UNKNOWN, "name": dcs(b"XTerm(379)"), "kind": b"\033[?64;1;2;6;9;15;16;17;18c"},
             {"TERM": "xterm", "XTERM_VERSION": "XTerm(379)"})
VTE = Kind({"order": b"\033[8;1$y", "directions": b"\033[?2501;2$y", "kind": b"\033[?65;1;9c"},
           {"VTE_VERSION": "7006"})
MLTERM = Kind({**UNKNOWN, "kind": b"\033[?63;1;2;3;4;6;7;15;18;22;29c"},
              {"TERM": "mlterm", "MLTERM": "3.9.0"})
KITTY = Kind({**UNKNOWN, "name": dcs(b"kitty(0.26.5)"), "kind": b"\033[?62;c"},
             {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"})
ALACRITTY = Kind({"kind": b"\033[?6c"}, {"TERM": "alacritty", "ALACRITTY_WINDOW_ID": "1"})
FOOT = Kind({**UNKNOWN, "name": dcs(b"foot(1.13.1)"), "kind": b"\033[?62;4;22c"}, {"TERM": "foot"})
KONSOLE = Kind({"name": dcs(b"Konsole 22.12.3"), "kind": b"\033[?62;1;4c"},
               {"KONSOLE_VERSION": "221203"})
URXVT = Kind({"directions": b"\033[?2501;0$y", "kind": b"\033[?1;2c"},
             {"TERM": "rxvt-unicode-256color"})
ST = Kind({"kind": b"\033[?6c"}, {"TERM": "st-256color"})
TMUX = Kind({"name": dcs(b"tmux 3.3a"), "kind": b"\033[?1;2c"},
            {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0", "TERM_PROGRAM": "tmux"})
SCREEN = Kind({"kind": b"\033[?1;2c"}, {"TERM": "screen", "STY": "1.pts-0.host"})
CONSOLE = Kind({"kind": b"\033[?6c"}, {"TERM": "linux"})
PUTTY = Kind({"kind": b"\033[?6c"}, {"TERM": "xterm"})
SILENT = Kind()


def in_env(kind, **variables):
    """The same terminal with more variables around."""
    return Kind(kind.answers, {**kind.env, **variables}, kind.delay, kind.piece)


# name: (terminal, mode, is it asked)
TABLE = {
    "xterm": (XTERM, "visual", True),
    "VTE": (VTE, "terminal", True),
    "VTE told to leave order alone": (
        Kind({**VTE.answers, "order": b"\033[8;2$y"}, VTE.env), "visual", True),
    "mlterm": (MLTERM, "terminal", False),
    "kitty": (KITTY, "words", True),
    "Alacritty": (ALACRITTY, "visual", True),
    "foot": (FOOT, "visual", True),
    "Konsole": (KONSOLE, "terminal", True),
    "urxvt": (URXVT, "visual", True),
    "st": (ST, "visual", True),
    "mintty": (Kind({"name": dcs(b"mintty 3.6.1"), "kind": b"\033[?64;1c"}), "terminal", True),
    "iTerm2": (Kind({**UNKNOWN, "name": dcs(b"iTerm2 3.4.19"), "kind": b"\033[?62;4c"}),
               "terminal", True),
    "ghostty": (Kind({"name": dcs(b"ghostty 1.0.0"), "kind": b"\033[?62;22c"}), "visual", True),
    "PuTTY": (PUTTY, "terminal", True),
    "Apple Terminal": (in_env(PUTTY, TERM_PROGRAM="Apple_Terminal"), "terminal", True),
    "Windows Terminal": (in_env(PUTTY, WT_SESSION="1"), "visual", True),
    "unknown, and knows no mode 8": (Kind({**UNKNOWN, "kind": b"\033[?6c"}, {"TERM": "xterm"}),
                                     "visual", True),
    "Linux console": (CONSOLE, "visual", False),
    "tmux": (TMUX, "terminal", False),
    "tmux in VTE": (in_env(TMUX, VTE_VERSION="7006"), "terminal", False),
    "tmux in xterm": (in_env(TMUX, XTERM_VERSION="XTerm(379)"), "visual", False),
    "tmux in kitty": (in_env(TMUX, KITTY_WINDOW_ID="1"), "words", False),
    "screen": (SCREEN, "terminal", False),
    "screen in xterm": (in_env(SCREEN, XTERM_VERSION="XTerm(379)"), "visual", False),
    "in eight bits": (Kind({"order": b"\x9b8;0$y", "name": b"\x90>|kitty(0.30)\x9c",
                            "kind": b"\x9b?62;c"}), "words", True),
    # Over SSH twice as long is waited, so that a busy machine makes no difference.
    "byte by byte": (Kind(KITTY.answers, {"SSH_TTY": "/dev/pts/9"}, piece=1), "words", True),
}


def mode_of(text):
    """The mode in which the title was printed."""
    if TITLE in text:
        return "terminal"
    if " ".join(reversed(TITLE.split())) in text:
        return "words"
    return "visual" if "\ufee5\ufe8e\ufea4\ufef3\ufeae\ufedf\ufe8d" in text else "none of them"


class Terminals(unittest.TestCase):
    """One index for all."""

    ark_index = ark_search = samples = None

    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        cls.index = os.path.join(cls.home.name, "index")
        subprocess.run([cls.ark_index, "-q", "-i", cls.index, cls.samples], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.home.cleanup()

    def search(self, *options, query=QUERY):
        return [self.ark_search, "-i", self.index, "--group=off", *options, query]

    def run_clean(self, command, kind=None, **settings):
        """Runs; then the terminal is as before, with nothing left to read."""
        outcome = scripted.run(command, kind, **settings)
        self.assertTrue(outcome.restored, "settings of the terminal")
        self.assertEqual(outcome.leftover, settings.get("typed", b""), "input left over")
        return outcome

    def script(self, name, text):
        """A program; what it is told goes to a file NAME.out beside it."""
        path = Path(self.home.name) / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return str(path)


class Detection(Terminals):
    """Which mode, and at which price."""

    def test_each_kind_gets_its_mode(self):
        for name, (kind, mode, asked) in TABLE.items():
            with self.subTest(terminal=name):
                outcome = self.run_clean(self.search("-n1"), kind)
                self.assertEqual(mode_of(outcome.text), mode)
                self.assertEqual(outcome.asked, asked)
                self.assertEqual(outcome.status, 0)
                self.assertLess(outcome.seconds, 1.0)

    def test_a_terminal_that_never_answers_costs_little(self):
        outcome = self.run_clean(self.search("-n1"), SILENT)
        self.assertEqual(mode_of(outcome.text), "terminal")
        self.assertLess(outcome.seconds, 1.0)

    def test_silence_is_filled_by_the_environment(self):
        outcome = self.run_clean(self.search("-n1"), Kind({}, XTERM.env))
        self.assertEqual(mode_of(outcome.text), "visual")

    def test_late_answers_end_in_nobodys_input(self):
        for delay in (0.16, 0.25, 0.4):
            with self.subTest(delay=delay):
                outcome = self.run_clean(self.search("-n1"), Kind(VTE.answers, {}, delay))
                self.assertEqual(outcome.status, 0)
                self.assertNotIn("65;1;9c", outcome.text)  # no echo

    def test_there_is_more_time_over_ssh(self):
        kind = Kind(KITTY.answers, {"SSH_CONNECTION": "1 2 3 4"}, 0.25)
        self.assertEqual(mode_of(self.run_clean(self.search("-n1"), kind).text), "words")
        kind = Kind(KITTY.answers, {"SSH_CONNECTION": "1 2 3 4"}, 0.8)
        self.run_clean(self.search("-n1"), kind)

    def test_noise_is_no_answer(self):
        for noise in (b"\033P" + b"x" * 5000, b"\033[" + b"9;" * 3000, b"\xff\x00\x1b\x1b[\x1b]0;",
                      b"\033[8;9$y\033[8;1$z\033[;y", b"\033[A\033OPq\r\n"):
            with self.subTest(noise=noise[:12]):
                answers = {**KITTY.answers, "order": noise + b"\033\\"}
                outcome = self.run_clean(self.search("-n1"), Kind(answers))
                self.assertEqual(mode_of(outcome.text), "words")

    def test_noise_alone_does_not_hang(self):
        kind = Kind({name: b"\033P>|" + b"\xf0" * 300 for name in scripted.QUESTIONS})
        self.assertLess(scripted.run(self.search("-n1"), kind).seconds, 1.5)

    def test_keys_typed_ahead_stay_for_the_shell(self):
        outcome = self.run_clean(self.search("-n1"), KITTY, typed=b"ls\n")
        self.assertFalse(outcome.asked)
        self.assertEqual(mode_of(outcome.text), "terminal" if not KITTY.env else "words")

    def test_nobody_is_asked_about_a_terminal_that_is_not_ours(self):
        log = os.path.join(self.home.name, "log")
        cases = {
            "in the background": {"background": True},
            "not the controlling terminal": {"own": False},
            "results go to a file": {"stdout": log},
            "all goes to a file": {"stdout": log, "stderr": log},
        }
        for name, settings in cases.items():
            with self.subTest(name):
                self.assertFalse(self.run_clean(self.search("-n1"), XTERM, **settings).asked)

    def test_nobody_is_asked_without_need(self):
        for name, command, env in (
                ("dumb", self.search("-n1"), {"TERM": "dumb"}),
                ("no TERM", self.search("-n1"), {"TERM": ""}),
                ("--bidi=none", self.search("-n1", "--bidi=none"), {}),
                ("--bidi=isolate", self.search("-n1", "--bidi=isolate"), {}),
                ("JSON", self.search("-j", "--pager=never"), {}),
                ("a count", self.search("-c"), {}),
                ("Latin", self.search("-l", query="Waraq"), {}),
                ("a pipe", ["sh", "-c", " ".join(self.search("-n1", query="هدنة")) + " | cat"], {}),
                ("help", [self.ark_search, "--help"], {})):
            with self.subTest(name):
                self.assertFalse(self.run_clean(command, XTERM, env=env).asked)


class Modes(Terminals):
    """What is changed is put back."""

    ON, OFF = b"\033[?2501h", b"\033[?2501l"

    def test_a_line_to_the_right_has_its_mode_and_no_other(self):
        outcome = self.run_clean(self.search("-n1"), VTE)
        for line in outcome.printed.split(b"\r\n"):
            text = line.replace(self.OFF, b"", 1) if line.startswith(self.OFF) else line
            has_arabic = any("\u0621" <= letter <= "\u064a" for letter in text.decode())
            self.assertEqual(text.startswith(self.ON), has_arabic, text)
        self.assertEqual(outcome.printed.count(self.ON), outcome.printed.count(self.OFF))
        self.assertTrue(outcome.printed.endswith(b"\r\n"))

    def test_lines_to_the_left_are_kept_so_where_the_mode_is_on(self):
        kind = Kind({**VTE.answers, "directions": b"\033[?2501;1$y"}, VTE.env)
        outcome = self.run_clean(self.search("--explain=query"), kind)
        self.assertEqual(outcome.printed.count(self.OFF), outcome.printed.count(self.ON))
        self.assertGreater(outcome.printed.count(self.OFF), 0)
        first = outcome.printed.find(self.OFF)
        self.assertLess(first, outcome.printed.find(self.ON))

    def test_visual_order_is_guarded_where_the_terminal_would_order(self):
        outcome = self.run_clean(self.search("-n1", "--bidi=visual"), VTE)
        self.assertEqual(mode_of(outcome.text), "visual")
        self.assertEqual(outcome.printed.count(b"\033[8l"), outcome.printed.count(b"\033[8h"))
        self.assertGreater(outcome.printed.count(b"\033[8l"), 0)

    def test_signals_while_asking_leave_the_terminal_as_it_was(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number.name):
                outcome = scripted.run(self.search("-n1"), SILENT, on_question=(number,))
                self.assertTrue(outcome.restored)
                self.assertEqual(outcome.status, 128 + number)
                self.assertLess(outcome.seconds, 0.5)

    def test_a_stop_while_asking_gives_the_terminal_back(self):
        outcome = scripted.run(self.search("-n1"), SILENT, on_question=(signal.SIGTSTP,))
        self.assertTrue(outcome.stopped_restored)
        self.assertTrue(outcome.restored)
        self.assertEqual(outcome.status, 0)
        self.assertIn("وادي", outcome.text)


class Pagers(Terminals):
    """Results that outgrow the screen."""

    MANY = ("-n8",)

    def page(self, pager, kind=XTERM, **settings):
        return self.run_clean(self.search(*self.MANY), kind, env={"ARK_PAGER": pager}, **settings)

    def test_a_pager_is_used_when_the_screen_is_too_small(self):
        seen = os.path.join(self.home.name, "seen")
        pager = self.script("pager", f"cat >{seen}; echo paged\n")
        self.assertEqual(self.page(pager).text.strip(), "paged")
        whole = Path(seen).read_text()
        self.assertEqual(mode_of(whole), "visual")
        self.assertNotIn("\033[?", whole)
        self.assertNotIn("paged", self.run_clean(self.search("-n1", "-s0"), XTERM,
                                                 env={"ARK_PAGER": pager}).text)
        self.assertNotIn("paged", self.page(pager, rows=200).text)

    def test_the_option_decides(self):
        pager = self.script("pager", "cat >/dev/null; echo paged\n")
        always = self.run_clean(self.search("-n1", "-s0", "--pager=always"), XTERM,
                                env={"PAGER": pager})
        self.assertEqual(always.text.strip(), "paged")
        never = self.run_clean(self.search(*self.MANY, "--pager=never"), XTERM,
                               env={"PAGER": pager})
        self.assertNotIn("paged", never.text)
        none = self.page("")
        self.assertIn(".5\n", none.text)

    def test_modes_are_set_around_the_pager_and_not_in_it(self):
        seen = os.path.join(self.home.name, "seen")
        pager = self.script("pager", f"cat >{seen}; echo paged\n")
        outcome = self.page(pager, VTE)
        self.assertEqual(outcome.printed, b"\033[?2501hpaged\r\n\033[?2501l")
        self.assertNotIn("2501", Path(seen).read_text())

    def test_a_pager_that_is_left_early_changes_nothing(self):
        outcome = self.page(self.script("pager", "exit 3\n"))
        self.assertEqual((outcome.status, outcome.text), (0, ""))

    def test_a_pager_that_crashes_gives_the_terminal_back(self):
        pager = self.script("pager", "stty raw -echo </dev/tty; kill -9 $$\n")
        self.assertEqual(self.page(pager).status, 0)

    def test_a_pager_that_is_not_there_is_done_without(self):
        outcome = self.page("/nowhere/at/all --really")
        self.assertEqual(mode_of(outcome.text), "visual")
        self.assertIn("/nowhere/at/all", outcome.text)
        self.assertEqual(outcome.status, 0)

    def test_words_of_the_command_may_be_quoted(self):
        pager = self.script("a pager", 'echo "$1|$2|$3"; cat >/dev/null\n')
        outcome = self.page(f"'{pager}' 'one two' thr\\ ee \"\"")
        self.assertEqual(outcome.text, "one two|thr ee|\n")

    def test_keys_of_the_pager_are_not_for_us(self):
        # ^C reaches both; the pager goes on, and so must we.
        pager = self.script("pager", "trap '' INT; cat >/dev/null; echo ready; read line </dev/tty; "
                            "echo over\n")
        outcome = self.page(pager, keys=[(b"ready", b"\003"), (b"^C", b"\n")])
        self.assertIn("over", outcome.text)
        self.assertEqual(outcome.status, 0)

    def test_colours_go_only_to_a_less_that_takes_them(self):
        seen = os.path.join(self.home.name, "seen")
        less = self.script("less", f"cat >{seen}\n")
        for env, colored in (({}, True), ({"LESS": "-i"}, False), ({"LESS": "-iR"}, True)):
            self.run_clean(self.search(*self.MANY), XTERM, env={"ARK_PAGER": less, **env})
            self.assertEqual("\033[1;31m" in Path(seen).read_text(), colored)
        self.assertNotIn("\033]8", Path(seen).read_text())

    def test_the_index_is_let_go_of_while_the_pager_waits(self):
        if shutil.which("mdb_stat") is None:
            self.skipTest("no mdb_stat")
        seen = os.path.join(self.home.name, "readers")
        pager = self.script("pager", f"cat >/dev/null; mdb_stat -rr {self.index}/data >{seen}\n")
        self.page(pager)
        readers = Path(seen).read_text().splitlines()
        self.assertTrue(readers)
        self.assertFalse([line for line in readers if line.split()[-1].isdigit() and
                          len(line.split()) == 3 and line.split()[0].isdigit()])

    @unittest.skipIf(shutil.which("less") is None, "no less")
    def test_less_shows_a_screen_and_leaves_no_trace(self):
        outcome = self.run_clean(self.search(*self.MANY), XTERM, keys=[(b"\n:", b" "), (b"\n:", b"q")],
                                 rows=10)
        self.assertEqual(mode_of(outcome.text), "visual")
        self.assertNotIn("ESC", outcome.text)
        self.assertNotIn("<U+", outcome.text)
        self.assertEqual(outcome.status, 0)


class Outputs(Terminals):
    """Files, pipes, slow and narrow terminals."""

    def test_a_file_gets_the_bytes_of_a_pipe(self):
        piped = subprocess.run(self.search(), capture_output=True, check=True,
                               env=scripted.environment({})).stdout
        path = os.path.join(self.home.name, "out")
        outcome = self.run_clean(self.search(), VTE, stdout=path)
        self.assertEqual(Path(path).read_bytes(), piped)
        self.assertEqual(outcome.printed, b"")
        self.assertNotIn(b"\033", piped)

    def test_a_full_disk_is_said(self):
        outcome = self.run_clean(self.search(), VTE, stdout="/dev/full")
        self.assertEqual(outcome.status, 2)
        self.assertIn("cannot write results", outcome.text)

    # Answers come well after the 150 ms that are waited for: at the limit the outcome would be chance.
    LATE = 0.3

    def test_a_slow_terminal_gets_everything(self):
        fast = self.run_clean(self.search("-n5", "--pager=never"), KITTY)
        slow = Kind(KITTY.answers, KITTY.env, self.LATE, 0, 0.15)
        outcome = self.run_clean(self.search("-n5", "--pager=never"), slow)
        self.assertEqual(outcome.text.split("\n")[1:], fast.text.split("\n")[1:])

    def test_a_slow_terminal_that_is_unknown_gets_everything(self):
        outcome = self.run_clean(self.search("-n5", "--pager=never"),
                                 Kind(VTE.answers, {}, self.LATE, 0, 0.15))
        self.assertEqual(mode_of(outcome.text), "terminal")
        self.assertIn("5.", outcome.text)

    def test_the_first_of_several_answers_do_not_decide(self):
        late = {"name": self.LATE, "kind": self.LATE}
        for env in (KITTY.env, {"TERM": "xterm-kitty"}, {"KITTY_WINDOW_ID": "1"}):
            with self.subTest(env=env):
                kitty = Kind(KITTY.answers, env, later=late)
                outcome = self.run_clean(self.search("-n1", "--pager=never"), kitty)
                self.assertEqual(mode_of(outcome.text), "words")
        nameless = Kind(KITTY.answers, {}, later=late)
        outcome = self.run_clean(self.search("-n1", "--pager=never"), nameless)
        self.assertEqual(mode_of(outcome.text), "terminal")
        # The name came in time, only the end of the answers did not.
        named = Kind(KITTY.answers, {}, later={"kind": self.LATE})
        outcome = self.run_clean(self.search("-n1", "--pager=never"), named)
        self.assertEqual(mode_of(outcome.text), "words")

    def test_answers_that_came_before_the_next_prompt_count_from_then_on(self):
        kitty = Kind(KITTY.answers, {}, later={"name": self.LATE, "kind": self.LATE})
        command = [self.ark_search, "-i", self.index, "-n1", "--pager=never", "--interactive"]
        line = QUERY.encode() + b"\n"
        # Nothing stands above the first prompt.
        outcome = self.run_clean(command, kitty, rows=60,
                                 keys=[(b"ark> ", line), (b"\r\nark> ", line + b"q\n")])
        first, second = outcome.text.split("\nark> ")[:2]
        self.assertEqual([mode_of(first), mode_of(second)], ["terminal", "words"])

    def test_no_line_is_wider_than_the_terminal(self):
        for columns in (40, 80, 100, 200):
            for kind in (XTERM, KITTY, VTE):
                outcome = self.run_clean(self.search("-n8", "--pager=never"), kind,
                                         columns=columns)
                for line in outcome.text.splitlines():
                    if "data/samples" in line:
                        continue  # a path is not broken: it would be another one
                    marks = sum(0x64B <= ord(c) <= 0x652 for c in line)
                    self.assertLessEqual(len(line) - marks, columns, line)

    def test_messages_are_put_in_order_too(self):
        outcome = self.run_clean(self.search(query="كزبرة"), XTERM)
        self.assertEqual(outcome.text, "ark-search: no match: \ufe93\ufeae\ufe91\ufeb0\ufedb\n")
        self.assertEqual(outcome.status, 1)
        outcome = self.run_clean(self.search("--color=never", query="هدنة )"), XTERM)
        self.assertIn("warning: ", outcome.text)
        self.assertIn("\n  ( \ufe94\ufee7\ufeaa\ufeeb\n  ^\n", outcome.text)

    def test_a_place_in_a_query_is_lit_where_its_column_is_not_known(self):
        outcome = self.run_clean(self.search("--color=never", query="هدنة )"), VTE)
        self.assertIn("  هدنة \033[7m)\033[m\r\n".encode(), outcome.printed)

    def test_a_batch_asks_once_for_all_its_threads(self):
        queries = os.path.join(self.home.name, "queries")
        Path(queries).write_text("".join(f"{i}\tهدنة\n" for i in range(40)))
        command = [self.ark_search, "-i", self.index, "-n1", "-s0", f"--queries={queries}"]
        outcome = self.run_clean(command, KITTY)
        self.assertEqual(outcome.text.count(" ".join(reversed(TITLE.split()))), 40)
        self.assertNotIn(TITLE, outcome.text)

    @unittest.skipIf(shutil.which("tmux") is None, "no tmux")
    def test_tmux_shows_the_text_in_logical_order(self):
        socket = os.path.join(self.home.name, "tmux")
        done = os.path.join(self.home.name, "done")
        command = " ".join(self.search("-n1", query="هدنة")) + f"; touch {done}; sleep 9"
        env = scripted.environment({"LC_ALL": "C.UTF-8"})
        tmux = ["tmux", "-S", socket, "-u", "-f", "/dev/null"]
        subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", command], env=env,
                       check=True)
        end = time.monotonic() + 10
        while not os.path.exists(done) and time.monotonic() < end:
            time.sleep(0.05)
        shown = subprocess.run([*tmux, "capture-pane", "-p"], env=env, check=True,
                               capture_output=True, text=True).stdout
        subprocess.run([*tmux, "kill-server"], env=env, check=False)
        self.assertEqual(mode_of(shown), "terminal")
        self.assertNotIn("[c", shown)


class Indexing(Terminals):
    """ark-index: messages, lines of documents, lists, beside the progress line."""

    # "broken" and "news" are the words of two names, which appear whole whatever the mode.
    BROKEN = "خبر تالف"
    BROKEN_SEEN = "\ufed2\ufedf\ufe8e\ufe97 \ufeae\ufe92\ufea7"
    NEWS_SEEN = "\ufead\ufe8e\ufe92\ufea7\ufe83"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = os.path.join(cls.home.name, "أخبار", "news")
        os.makedirs(cls.folder)
        for number in range(20):
            Path(cls.folder, f"نص {number}.txt").write_text("هذا نص قصير\n")
        Path(cls.folder, cls.BROKEN + ".txt").write_bytes(b"\x81" * 2000)
        cls.catalogues = os.path.join(os.path.dirname(cls.ark_index), "..", "locale")

    def index_with(self, *arguments):
        """A run that makes an index of its own."""
        home = tempfile.mkdtemp(dir=self.home.name)
        return [self.ark_index, "-i", os.path.join(home, "index"), *arguments]

    def broken(self, *options):
        """A run over the whole folder, with a warning about one file."""
        return self.index_with(*options, self.folder)

    def mode_of_message(self, text):
        """The mode in which the name of the broken file was printed."""
        if self.BROKEN + ".txt" in text:
            return "terminal"
        if " ".join(reversed(self.BROKEN.split())) + ".txt" in text:
            return "words"
        return "visual" if self.BROKEN_SEEN + ".txt" in text else "none of them"

    def test_each_kind_gets_its_mode(self):
        for name, (kind, mode, asked) in TABLE.items():
            with self.subTest(terminal=name):
                outcome = self.run_clean(self.broken(), kind)
                self.assertEqual(self.mode_of_message(outcome.text), mode)
                self.assertEqual(outcome.asked, asked)
                self.assertEqual(outcome.status, 1)

    def test_nobody_is_asked_without_need(self):
        log = os.path.join(self.home.name, "log")
        plain_names = os.path.join(self.home.name, "plain")
        os.makedirs(plain_names, exist_ok=True)
        Path(plain_names, "a.txt").write_text("نص")
        piped = ["sh", "-c", " ".join(f"'{word}'" for word in self.broken()) + " | cat"]
        for name, command, settings in (
                ("dumb", self.broken(), {"env": {"TERM": "dumb"}}),
                ("no TERM", self.broken(), {"env": {"TERM": ""}}),
                ("--bidi=none", self.broken("--bidi=none"), {}),
                ("ARK_BIDI=none", self.broken(), {"env": {"ARK_BIDI": "none"}}),
                ("Latin", self.index_with("-v", plain_names), {}),
                ("quiet", self.broken("-q"), {}),
                ("output is a pipe", piped, {}),
                ("messages go to a file", self.broken("-v"), {"stderr": log}),
                ("all goes to a file", self.broken("-v"), {"stderr": log, "stdout": log}),
                ("in the background", self.broken(), {"background": True}),
                ("not the controlling terminal", self.broken(), {"own": False}),
                ("keys typed ahead", self.broken(), {"typed": b"ls\n"}),
                ("help", [self.ark_index, "--help"], {})):
            with self.subTest(name):
                self.assertFalse(self.run_clean(command, XTERM, **settings).asked)

    def test_what_is_not_asked_is_told_by_the_environment(self):
        piped = ["sh", "-c", " ".join(f"'{word}'" for word in self.broken()) + " | cat"]
        self.assertEqual(self.mode_of_message(self.run_clean(piped, XTERM).text), "visual")
        outcome = self.run_clean(self.broken(), XTERM, stdout="/dev/null")
        self.assertTrue(outcome.asked)

    def test_the_option_and_the_settings_decide(self):
        config = os.path.join(self.home.name, "config")
        Path(config).write_text("bidi = words\n")
        env = {"ARK_CONFIG": config}
        for options, more, mode in (((), {}, "words"), ((), {"ARK_BIDI": "visual"}, "visual"),
                                    (("--bidi=none",), {"ARK_BIDI": "visual"}, "terminal")):
            outcome = self.run_clean(self.broken(*options), SILENT, env={**env, **more})
            self.assertEqual(self.mode_of_message(outcome.text), mode)
        outcome = self.run_clean(self.broken("--bidi=sideways"), SILENT)
        self.assertEqual(outcome.status, 2)
        self.assertIn("--bidi must be one of", outcome.text)

    def test_pipes_and_files_get_the_bytes_as_they_are(self):
        wanted = None
        for bidi in ("auto", "visual", "words", "terminal", "isolate"):
            env = scripted.environment({**XTERM.env, "ARK_BIDI": bidi})
            done = subprocess.run(self.broken("-v"), env=env, capture_output=True, check=False)
            lines = sorted(done.stderr.replace(os.fsencode(self.home.name), b"~").splitlines())
            wanted = wanted or lines
            self.assertEqual(lines, wanted)
            self.assertNotIn(b"\033", done.stderr)
            self.assertEqual(done.stdout, b"")
            self.assertEqual(self.mode_of_message(done.stderr.decode()), "terminal")

    def test_lists_and_reports_are_in_order_and_raw_in_a_pipe(self):
        command = self.broken("-q")
        subprocess.run(command, check=False)
        base = command[:3]
        for options, name, seen in ((["--list"], "أخبار", self.NEWS_SEEN),
                                    (["--info"], "أخبار", self.NEWS_SEEN),
                                    (["--rebuild", "-n"], "نص", "\ufeba\ufee7")):
            with self.subTest(options):
                outcome = self.run_clean(base + options, XTERM)
                self.assertIn(seen, outcome.text)
                self.assertNotIn(name, outcome.text)
                env = scripted.environment({**XTERM.env, "ARK_BIDI": "visual"})
                done = subprocess.run(base + options, env=env, capture_output=True, check=False)
                self.assertIn(name, done.stdout.decode())
                self.assertNotIn(b"\033", done.stdout)
        done = self.run_clean(base + ["--list", "-0"], XTERM)
        self.assertIn("أخبار", done.text)  # for another program, even on a terminal

    def test_lines_have_their_modes_and_no_other(self):
        on, off = Modes.ON, Modes.OFF
        env = {"LANGUAGE": "ar", "ARK_LOCALE_DIR": self.catalogues}
        outcome = self.run_clean(self.broken("-v"), VTE, env=env)
        self.assertEqual(outcome.printed.count(on), outcome.printed.count(off))
        if os.path.isdir(self.catalogues):  # built with msgfmt: lines that begin in Arabic
            self.assertGreater(outcome.printed.count(on), 20)
        else:
            self.assertEqual(outcome.printed.count(on), 0)

    def test_messages_in_arabic_turn_to_the_right_where_first_letters_decide(self):
        if not os.path.isdir(self.catalogues):
            self.skipTest("built without msgfmt")
        env = {"LANGUAGE": "ar", "ARK_LOCALE_DIR": self.catalogues}
        for kind in (VTE, MLTERM):
            text = self.run_clean(self.broken(), kind, env=env, columns=100).text
            for line in text.splitlines():  # a blank that keeps the mark, and the mark
                self.assertTrue(line.startswith(" \u200fark-index: "), line)
            self.assertEqual(text.count("\u200f"), 2)
        for kind, options in ((KONSOLE, ()), (VTE, ("--bidi=visual",)), (VTE, ("--bidi=none",))):
            self.assertNotIn("\u200f", self.run_clean(self.broken(*options), kind, env=env).text)

    def test_messages_in_arabic_end_at_the_right_edge(self):
        if not os.path.isdir(self.catalogues):
            self.skipTest("built without msgfmt")
        env = {"LANGUAGE": "ar", "ARK_LOCALE_DIR": self.catalogues}
        for columns in (40, 80):
            outcome = self.run_clean(self.broken(), XTERM, env=env, columns=columns)
            lines = outcome.text.splitlines()
            cells = {sum(unicodedata.combining(c) == 0 for c in line) for line in lines}
            self.assertEqual(cells, {columns}, lines)
            self.assertTrue(lines[0].endswith(" :ark-index"), lines[0])

    def test_the_progress_line_never_mixes_with_others(self):
        outcome = self.run_clean(self.broken("-v", "--progress=always", "-j2"), XTERM)
        drawn = []
        for line in outcome.printed.decode().replace("\r\n", "\n").split("\n"):
            shown = ""
            for piece in line.split("\r"):  # each overwrites the one before
                shown = piece + shown[len(piece):]
            drawn.append(shown.rstrip())
        self.assertIn("docs", outcome.text)
        self.assertNotIn("docs", "\n".join(drawn))
        self.assertEqual(sum("added: " in line for line in drawn), 20)
        self.assertTrue(drawn[-2].startswith("ark-index: 20 documents added"), drawn)

    def test_mistakes_in_options_are_in_order_too(self):
        for program in (self.ark_index, self.ark_search):
            outcome = self.run_clean([program, "--خيار"], XTERM)
            self.assertIn("\ufead\ufe8e\ufef4\ufea7", outcome.text)
            self.assertTrue(outcome.asked)
            self.assertEqual(outcome.status, 2)
            outcome = self.run_clean([program, "--option"], XTERM)
            self.assertFalse(outcome.asked)

    def test_late_answers_end_in_nobodys_input(self):
        for delay in (0.16, 0.4):
            outcome = self.run_clean(self.broken(), Kind(VTE.answers, {}, delay))
            self.assertEqual(outcome.status, 1)
            self.assertNotIn("65;1;9c", outcome.text)

    def test_signals_while_asking_leave_the_terminal_as_it_was(self):
        for signals in ((signal.SIGINT,), (signal.SIGTERM,), (signal.SIGHUP,), (signal.SIGQUIT,),
                        (signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGTERM)):
            with self.subTest(signals):
                command = self.broken()
                outcome = scripted.run(command, SILENT, on_question=signals)
                self.assertTrue(outcome.restored)
                self.assertEqual(outcome.status, 128 + signals[0])
                self.assertLess(outcome.seconds, 3.0)  # a busy machine

    def test_a_stop_while_asking_gives_the_terminal_back(self):
        outcome = scripted.run(self.broken(), SILENT, on_question=(signal.SIGTSTP,))
        self.assertTrue(outcome.stopped_restored)
        self.assertTrue(outcome.restored)
        self.assertEqual(outcome.status, 1)

    def test_a_full_device_is_told_and_changes_nothing(self):
        command = self.broken("-q")
        subprocess.run(command, check=False)
        outcome = self.run_clean(command[:3] + ["--list"], XTERM, stdout="/dev/full")
        self.assertEqual(outcome.status, 2)
        self.assertIn("cannot write to standard output", outcome.text)
        outcome = self.run_clean(self.broken("-v"), VTE, stderr="/dev/full")
        self.assertEqual((outcome.status, outcome.printed), (1, b""))


class Hostile(Terminals):
    """Documents and file names that would drive a terminal, or show what is not there."""

    # Texts of this search, each with the word it is found by.
    TEXTS = {
        "escape": "title \033[2J\033[31m\n\n\033]52;c;AAAA\007 match \033P1$r\033\\ \033_Ga=T;AA\033\\ x",
        "eight-bit": "match \x9b2J \x9d0;owned\x9c \x90q\x9c \x8d",
        "backspace": "match rm -rf\b\b\b\b\b\bls\r hidden\x7f\v\f",
        # The patterns of "Trojan Source" (CVE-2021-42574): early return, comment, string.
        "early-return": "match \u2067\u2066 ; return \u2069 secret",
        "commenting-out": "match /*\u202e } \u2066if (admin)\u2069 \u2066 begin */ end",
        "stretched-string": "match user\u202e \u2066// check\u2069 \u2066 == admin",
        "unbalanced": "match " + "\u202a\u202b\u202d\u202e\u2066\u2067\u2068" * 40 + " end",
        "marks-of-direction": "match \u200f\u200e\u061c\u200f end",
        "invisible": "ma\u200btch match\u2060 x\ufeffy\u00adz\u034f\u180e\u3164\u115f end",
        "tags": "match " + "".join(chr(0xE0000 + ord(c)) for c in "rm -rf") + " end",
        "selectors": "match \ufe0f\U000e0100\U000e01ef end",
        "annotation": "match \ufff9a\ufffab\ufffb end",
        "private": "match \ue000\uf8ff\U000f0000\U0010fffd end",
        "joiners": "match " + "\u200d\u200c" * 50 + " a\u200cb \u0645\u0647\u200c\u064a end",
        "zalgo": "match e" + "\u0301" * 300 + " \u0628" + "\u064e" * 300 + " end",
        "rtl": "\u0645\u0637\u0627\u0628\u0642 match \u202e\u0639\u0643\u0633\u202c (\u0623) [\u0628 end",
        "lines": "match a\u2028b\u2029c\x85d end",
    }
    # Bytes that are no text: overlong, surrogates, beyond the last, cut short.
    BYTES = {
        "overlong": b"match \xc0\x9b\xe0\x80\x9b[31m end",
        "surrogates": b"match \xed\xa0\xbd\xed\xb2\xa9 \xed\xa0\x80 end",
        "beyond": b"match \xf4\x90\x80\x80\xf8\x88\x80\x80\x80 end",
        "short": b"match \xd8",
    }
    NAMES = ("esc\033[31m.txt", "osc\033]0;owned\007.txt", "new\nline.txt", "rlo\u202etxt.exe",
             "iso\u2066x\u2069.txt", "\u0639\u202e\u0631.txt", "tag\U000e0041.txt", "pua\ue0a0.txt",
             "zero\u200bwidth.txt", "c1\x9b31m.txt", b"bad\xff\xfe.txt", "a\rb.txt",
             "zalgo" + "\u0301" * 40 + ".txt")

    OURS = re.compile(rb"\033\[(?:m|1m|2m|33m|1;31m|1;31;22m|22m|1;22m|2;1m|7m|\?2501[hl]|8[lh])"
                      rb"|\033\]8;;(?:file://[!-~]*)?\033\\")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.index = os.path.join(cls.home.name, "hostile-index")
        folder = os.path.join(cls.home.name, "hostile").encode()
        os.mkdir(folder)
        texts = {name: text.encode("utf-8", "surrogatepass") for name, text in cls.TEXTS.items()}
        for name, content in {**texts, **cls.BYTES}.items():
            Path(os.fsdecode(folder), name + ".txt").write_bytes(content)
        for name in cls.NAMES:
            raw = name if isinstance(name, bytes) else name.encode()
            with open(os.path.join(folder, raw), "wb") as file:
                file.write(b"match in an odd place")
        done = subprocess.run([cls.ark_index, "-i", cls.index, folder], capture_output=True,
                              check=False)
        # Some bytes are no text to the indexer; it says so, and indexes the others.
        assert done.returncode in (0, 1), done.stderr
        cls.said = done.stderr

    def dangers(self, printed):
        """What of the output drives a terminal or hides, our own sequences aside."""
        rest = self.OURS.sub(b"", printed.replace(b"\r\n", b"\n"))
        found = []
        marks = 0
        for letter in rest.decode("utf-8"):
            code, kind = ord(letter), unicodedata.category(letter)
            marks = marks + 1 if kind in ("Mn", "Me") else 0
            drawn = 0x600 <= code <= 0x605 or code in (0x6DD, 0x200C, 0x200D)
            if ((kind in ("Cc", "Co", "Cs", "Zl", "Zp") and letter not in "\n\t")
                    or (kind == "Cf" and not drawn) or marks > 8
                    or code in (0x34F, 0x115F, 0x1160, 0x3164) or 0xFE00 <= code <= 0xFE0F
                    or 0xE0100 <= code <= 0xE01EF):
                found.append(f"U+{code:04X}")
        return found

    def test_nothing_passes_while_indexing(self):
        self.assertEqual(self.dangers(self.said), [])

    def test_nothing_passes_in_what_the_indexer_prints(self):
        folder = os.path.join(self.home.name, "hostile")
        base = [self.ark_index, "-i", os.path.join(self.home.name, "again")]
        for kind in (XTERM, VTE, KITTY):
            for options in (["-n", folder], ["-v", "--progress=always", folder], ["--list"],
                            ["--info"], ["--delete", "-v", folder], [folder + "/\033[2Jx\u202e"],
                            ["--\033[31m"], ["--type=\u2067", folder]):
                with self.subTest(term=kind.env.get("TERM"), options=options):
                    outcome = self.run_clean(base + options, kind)
                    printed = outcome.printed.replace(b"\r\n", b"\n")
                    self.assertEqual(self.dangers(printed.replace(b"\r", b"")), [])

    def test_nothing_passes_in_any_mode(self):
        evil = "match \u202ezz"
        for kind in (XTERM, VTE, KITTY):
            for options in (("-n200", "--hyperlink=always"), ("-n200", "-l"), ("--explain", "-n99"),
                            ("--explain=query",), ("-n200", "--format=tsv"),
                            ("-n200", "--color=never")):
                with self.subTest(term=kind.env.get("TERM"), options=options):
                    outcome = self.run_clean(self.search("--pager=never", *options, query=evil), kind)
                    self.assertEqual(self.dangers(outcome.printed), [])
                    self.assertIn("match" if "-l" not in options else "hostile", outcome.text)

    def test_nothing_passes_in_a_pipe(self):
        for options in (("-n200",), ("-n200", "--bidi=visual"), ("-n200", "--format=tsv"),
                        ("-n200", "--format=trec"), ("-n200", "--bidi=words")):
            with self.subTest(options):
                done = subprocess.run(self.search(*options, query="match"), capture_output=True,
                                      check=True)
                self.assertEqual(self.dangers(done.stdout), [])
                self.assertGreater(done.stdout.count(b"\n"), 25)

    def test_json_escapes_what_drives_a_terminal(self):
        done = subprocess.run(self.search("-n200", "-j", query="match"), capture_output=True,
                              check=True)
        # What is merely not seen stays as it is: a program reads it.
        for letter in done.stdout.decode("utf-8"):
            kind = unicodedata.bidirectional(letter)
            self.assertNotIn(kind, ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))
            self.assertTrue(letter == "\n" or unicodedata.category(letter) != "Cc")

    def test_messages_show_what_they_name(self):
        for text in ("a\033[2J", "a\u202eb", "a\u200bb", "a\U000e0041b", "a\u2066b\u2069"):
            for command in (self.search("--format=" + text), self.search(query="unknown:" + text),
                            [self.ark_search, "-i", "/nowhere/" + text, "x"]):
                outcome = self.run_clean(command, XTERM)
                self.assertEqual(self.dangers(outcome.printed), [], command)
                self.assertEqual(outcome.status, 2)


if __name__ == "__main__":
    try:
        os.close(pty.openpty()[0])
    except OSError:
        print("skipped: no pseudo-terminal")
        sys.exit(SKIPPED)
    Terminals.ark_index, Terminals.ark_search, Terminals.samples = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
