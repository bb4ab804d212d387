"""Runs a program in a terminal of a given size and types answers: in-terminal.py COLUMNS ROWS [WHEN TYPE]... -- PROGRAM ARGS...

Each TYPE is typed once, when WHEN has been printed. What the terminal was sent goes to standard output; ends as the program ends.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios

split = sys.argv.index("--")
columns, rows = int(sys.argv[1]), int(sys.argv[2])
answers = [(w.encode(), t.encode()) for w, t in zip(sys.argv[3:split:2], sys.argv[4:split:2])]
program = sys.argv[split + 1 :]

pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(program[0], program)

seen = b""
while True:
    select.select([terminal], [], [])
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    seen += data
    os.write(1, data)
    while answers and answers[0][0] in seen:
        seen = seen.split(answers[0][0], 1)[1]
        os.write(terminal, answers.pop(0)[1])

_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
