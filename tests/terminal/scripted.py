"""A scripted terminal: the other side of a pseudo-terminal, which answers questions as a terminal
of a given kind does, and a small shell in it, which runs one command and looks at what it left.

The shell is this file, run as a program in the pseudo-terminal: it does for the command what a
shell with job control does, and reports on descriptor 3.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass, field

QUESTIONS = {"order": b"\033[8$p", "directions": b"\033[?2501$p", "name": b"\033[>q",
             "kind": b"\033[c"}
ALL_QUESTIONS = b"".join(QUESTIONS.values())
TERMINAL_VARIABLES = ("TMUX", "STY", "MLTERM", "VTE_VERSION", "KONSOLE_VERSION", "XTERM_VERSION",
                      "ALACRITTY_WINDOW_ID", "WT_SESSION", "KITTY_WINDOW_ID", "TERM_PROGRAM",
                      "SSH_CONNECTION", "SSH_TTY", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE",
                      "ARK_BIDI", "ARK_COLORS", "ARK_PAGER", "PAGER", "LESS", "LESSCHARSET", "LV",
                      "COLUMNS", "LINES", "ARK_INDEX", "ARK_CONFIG")


@dataclass
class Kind:
    """How a terminal answers: bytes for each question, none for no answer."""

    answers: dict = field(default_factory=dict)
    env: dict = field(default_factory=dict)
    delay: float = 0.0  # seconds before an answer is sent
    piece: int = 0  # bytes sent at once, 0 for all
    read_delay: float = 0.0  # seconds between reads of what the program prints
    later: dict = field(default_factory=dict)  # seconds more, for the answers to some questions


@dataclass
class Outcome:
    """What came of a run."""

    printed: bytes  # by the command, without the questions
    asked: bool
    status: int  # as a shell tells it: 128 and the signal's number
    leftover: bytes  # input that nobody read
    restored: bool  # the settings of the terminal are those of before
    seconds: float
    stopped_restored: bool  # and were so while the command was stopped

    @property
    def text(self):
        """What was printed, without control sequences, with \\n as line end."""
        return plain(self.printed)


def plain(printed):
    """Text without the control sequences and carriage returns of a terminal."""
    text = re.sub(rb"\033\[[0-9;?]*[A-Za-z]", b"", printed)
    text = re.sub(rb"\033\][^\033\a]*(?:\033\\|\a)", b"", text)
    return text.replace(b"\r\n", b"\n").decode("utf-8")


def environment(extra):
    """The environment of a shell in a terminal that has told nothing but TERM."""
    env = {name: value for name, value in os.environ.items() if name not in TERMINAL_VARIABLES}
    env.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
    env.update(extra)
    return env


class Screen:
    """The master side: reads what is printed, answers what is asked."""

    def __init__(self, kind, master):
        self.kind = kind
        self.master = master
        self.printed = bytearray()
        self.seen = 0  # up to here questions are answered
        self.due = []  # (time, bytes)
        self.closed = False

    def answer(self):
        """Puts down answers to questions that came since the last look."""
        while True:
            found = sorted((at, name) for at, name in
                           ((self.printed.find(question, self.seen), name)
                            for name, question in QUESTIONS.items()) if at >= 0)
            if not found:
                return
            at, name = found[0]
            self.seen = at + len(QUESTIONS[name])
            reply = self.kind.answers.get(name, b"")
            if reply:
                delay = self.kind.delay + self.kind.later.get(name, 0.0)
                self.due.append((time.monotonic() + delay, reply))

    def send(self, reply):
        """Writes an answer, in pieces if that is the terminal's way."""
        size = self.kind.piece or len(reply)
        for start in range(0, len(reply), size):
            os.write(self.master, reply[start:start + size])
            if self.kind.piece:
                time.sleep(0.0002)

    def step(self, timeout):
        """One round of writing and reading."""
        now = time.monotonic()
        while self.due and self.due[0][0] <= now:
            self.send(self.due.pop(0)[1])
        if self.due:
            timeout = min(timeout, max(0.0, self.due[0][0] - now))
        if self.closed or not select.select([self.master], [], [], timeout)[0]:
            return
        try:
            piece = os.read(self.master, 4096)
        except OSError:  # EIO: the other side is closed
            piece = b""
        self.closed = not piece
        self.printed += piece
        self.answer()
        if self.kind.read_delay:
            time.sleep(self.kind.read_delay)


class Report:
    """Lines of JSON from the shell."""

    def __init__(self, fd):
        self.fd = fd
        self.bytes = bytearray()
        self.ended = False

    def read(self, timeout):
        """Takes what is there."""
        if not self.ended and select.select([self.fd], [], [], timeout)[0]:
            piece = os.read(self.fd, 4096)
            self.ended = not piece
            self.bytes += piece

    def line(self, number):
        """One of its lines; waits for it."""
        while self.bytes.count(b"\n") <= number and not self.ended:
            self.read(1.0)
        return json.loads(self.bytes.splitlines()[number])


def start(task, kind, rows, columns, env):
    """The shell in a pseudo-terminal: (pid, master, descriptor of its report)."""
    report_read, report_write = os.pipe()
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.dup2(report_write, 3)
        os.set_inheritable(3, True)
        os.execve(sys.executable, [sys.executable, "-B", __file__, json.dumps(task)],
                  environment({**kind.env, **(env or {})}))
    os.close(report_write)
    return pid, master, report_read


def run(command, kind=None, *, rows=24, columns=80, typed=b"", background=False, own=True,
        stdout=None, stderr=None, on_question=(), keys=(), limit=20.0, env=None):
    """Runs a command on a scripted terminal.

    typed: keys pressed before it starts. background: not in the foreground. own=False: the
    terminal does not control the command. stdout, stderr: a path instead of the terminal.
    on_question: signals to send it when it asks, one after another while it lives (SIGTSTP: it is
    continued after a while).
    keys: (text to wait for, bytes to type then) in turn.
    """
    kind = kind or Kind()
    task = {"command": command, "background": background, "own": own, "stdout": stdout,
            "stderr": stderr, "wait": len(typed)}
    pid, master, report_read = start(task, kind, rows, columns, env)
    if typed:
        os.write(master, typed)
    screen = Screen(kind, master)
    report = Report(report_read)
    keys = list(keys)
    end = time.monotonic() + limit
    while not report.ended and time.monotonic() < end:
        screen.step(0.01)
        if on_question and QUESTIONS["kind"] in screen.printed:
            os.kill(report.line(0)["pid"], on_question[0])
            on_question = on_question[1:]
        if keys and keys[0][0] in screen.printed:
            os.write(master, keys.pop(0)[1])
        report.read(0)
    hangs = not report.ended
    if hangs:
        os.kill(pid, signal.SIGKILL)
    while not screen.closed:
        screen.step(0.2)
    os.waitpid(pid, 0)
    os.close(master)
    os.close(report_read)
    printed = bytes(screen.printed)
    if hangs:
        raise TimeoutError(f"{command} hangs; printed {printed!r}")
    told = json.loads(report.bytes.splitlines()[-1])
    asked = any(question in printed for question in QUESTIONS.values())
    return Outcome(printed.replace(ALL_QUESTIONS, b""), asked, told["status"],
                   told["leftover"].encode("latin-1"), told["restored"], told["seconds"],
                   told["stopped_restored"])


# The shell.


def settings():
    """Terminal settings in a form that can be compared."""
    *flags, characters = termios.tcgetattr(0)
    return flags, [value if isinstance(value, int) else value[0] for value in characters]


def tell(fact):
    """A line of the report."""
    os.write(3, json.dumps(fact).encode() + b"\n")


def take_terminal():
    """Puts this process into a group of its own, and that into the foreground."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(0, os.getpgrp())


def launch(task):
    """Starts the command."""

    def child():
        if not task["own"]:
            os.setsid()
        elif task["background"]:
            os.setpgid(0, 0)
        else:
            take_terminal()
        for number in (signal.SIGTTOU, signal.SIGPIPE, signal.SIGINT, signal.SIGQUIT,
                       signal.SIGTSTP):
            signal.signal(number, signal.SIG_DFL)

    streams = {name: open(task[name], "wb") for name in ("stdout", "stderr") if task[name]}
    return subprocess.Popen(task["command"], preexec_fn=child, **streams)


def shell(task):
    """Runs the command as a shell would and reports."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    if task["wait"]:
        select.select([0], [], [], 1.0)
    before = settings()
    stopped_restored = True
    began = time.monotonic()
    process = launch(task)
    tell({"pid": process.pid})
    while True:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        stopped_restored = settings() == before
        os.tcsetpgrp(0, os.getpgrp())
        time.sleep(0.2)
        os.tcsetpgrp(0, process.pid)
        os.kill(process.pid, signal.SIGCONT)
    seconds = time.monotonic() - began
    code = os.waitstatus_to_exitcode(status)
    os.tcsetpgrp(0, os.getpgrp())
    restored = settings() == before
    tell({"status": code if code >= 0 else 128 - code, "restored": restored, "seconds": seconds,
          "stopped_restored": stopped_restored, "leftover": leftover().decode("latin-1")})


def leftover():
    """The input that is waiting, a moment after the command ended."""
    quiet = termios.tcgetattr(0)
    quiet[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(0, termios.TCSANOW, quiet)
    got = b""
    while select.select([0], [], [], 0.1)[0]:
        got += os.read(0, 4096)
    return got


if __name__ == "__main__":
    shell(json.loads(sys.argv[1]))
