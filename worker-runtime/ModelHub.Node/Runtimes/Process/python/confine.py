"""Confines a command that is not to be trusted, then becomes it: confine.py MEMORY_BYTES PROCESSORS COMMAND...

Everything here works without privileges. The command gets a process group of its own that dies with the caller (a
watchdog reads the caller's pipe on standard input), a limit of private memory, a number of processors, no core dumps,
and a seccomp filter that its children inherit: no socket but a Unix one to listen on, no connection to anything, no
signal to and no look into other processes. A machine on which the filter cannot be set runs nothing.
"""

import ctypes
import os
import platform
import resource
import struct
import sys

AF_UNIX = 1
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
RET_ALLOW, RET_KILL, RET_EPERM = 0x7FFF0000, 0x80000000, 0x00050000 | 1
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16

# architecture: (AUDIT_ARCH, socket, the calls that are refused)
CALLS = {
    "x86_64": (0xC000003E, 41, {
        "connect": 42, "kill": 62, "tkill": 200, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311,
        "io_uring_setup": 425, "pidfd_open": 434, "pidfd_send_signal": 424, "pidfd_getfd": 438, "bpf": 321, "setns": 308,
        "unshare": 272, "mount": 165, "keyctl": 250}),
    "aarch64": (0xC00000B7, 198, {
        "connect": 203, "kill": 129, "tkill": 130, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
        "io_uring_setup": 425, "pidfd_open": 434, "pidfd_send_signal": 424, "pidfd_getfd": 438, "bpf": 280, "setns": 268,
        "unshare": 97, "mount": 40, "keyctl": 219}),
}
X32_BIT = 0x40000000  # the other numbering of x86_64, which would pass by the table


def instruction(code, true, false, value):
    return struct.pack("=HBBI", code, true, false, value)


def rules():
    """The filter as instructions of classic BPF; jumps count the instructions that are skipped."""
    audit, socket, refused = CALLS[platform.machine()]
    program = [
        instruction(LOAD, 0, 0, ARCHITECTURE),
        instruction(EQUAL, 1, 0, audit),
        instruction(RETURN, 0, 0, RET_KILL),
        instruction(LOAD, 0, 0, NUMBER),
        instruction(AT_LEAST, 0, 1, X32_BIT),
        instruction(RETURN, 0, 0, RET_KILL),
    ]
    for number in sorted(refused.values()):
        program += [instruction(EQUAL, 0, 1, number), instruction(RETURN, 0, 0, RET_EPERM)]
    program += [
        instruction(EQUAL, 0, 3, socket),
        instruction(LOAD, 0, 0, FIRST_ARGUMENT),
        instruction(EQUAL, 1, 0, AF_UNIX),
        instruction(RETURN, 0, 0, RET_EPERM),
        instruction(RETURN, 0, 0, RET_ALLOW),
    ]
    return program


def close_the_network():
    program = rules()
    filters = ctypes.create_string_buffer(b"".join(program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(filters)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel takes no seccomp filter")


def limit(memory, processors):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    allowed = sorted(os.sched_getaffinity(0))
    # Not all on the first ones: where this process begins differs from the next one's.
    begin = os.getpid() % len(allowed)
    os.sched_setaffinity(0, {allowed[(begin + i) % len(allowed)] for i in range(min(processors, len(allowed)))})
    for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[library] = str(processors)


def die_with_the_caller():
    """A child that reads standard input to its end, which is the caller's, and then ends the whole group."""
    os.setsid()
    if os.fork() == 0:
        try:
            while os.read(0, 4096):
                pass
        finally:
            os.killpg(0, 9)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def main():
    if len(sys.argv) < 4:
        sys.exit("confine.py MEMORY_BYTES PROCESSORS COMMAND...")
    if platform.machine() not in CALLS or sys.platform != "linux":
        sys.exit(f"commands are confined on Linux x86_64 and aarch64 only, not on {sys.platform} {platform.machine()}")
    limit(int(sys.argv[1]), int(sys.argv[2]))
    die_with_the_caller()
    close_the_network()
    os.execvp(sys.argv[3], sys.argv[3:])


if __name__ == "__main__":
    main()
