#!/usr/bin/env python3
"""terminal.py COLUMNS COMMAND [ARGUMENT...]: runs a command on a pseudo-terminal of that
width and copies what it printed (both streams) to standard output, with CRLF as LF. Ends
with the command's exit status."""

import fcntl
import os
import pty
import struct
import sys
import termios


def main():
    columns = int(sys.argv[1])
    pid, master = pty.fork()
    if pid == 0:
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(1, termios.TIOCSWINSZ, size)
        os.execvp(sys.argv[2], sys.argv[2:])
    printed = bytearray()
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # EIO: the other side is closed
            break
        if not piece:
            break
        printed += piece
    _, status = os.waitpid(pid, 0)
    sys.stdout.buffer.write(bytes(printed).replace(b"\r\n", b"\n"))
    return os.waitstatus_to_exitcode(status)


sys.exit(main())
