// Which system calls a worker's sandbox allows, by name.
#ifndef HSM_WORKER_ALLOWED_CALLS_H_
#define HSM_WORKER_ALLOWED_CALLS_H_

#include <array>

namespace dkimkeeper {

// A name that this architecture does not have is left out.
inline constexpr std::array kStrictCalls = {
    // Memory; a page for the PIN that is not swapped.
    "brk", "mmap", "mprotect", "munmap", "mremap", "madvise", "mlock", "munlock",
    // Threads. `clone` and `tgkill` are allowed by their arguments (sandbox.cc).
    "futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "gettid", "membarrier",
    "exit", "exit_group", "restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "sigaltstack",
    // Files: the module, its configuration and its token.
    "open", "openat", "close", "read", "readv", "pread64", "write", "writev", "pwrite64", "lseek",
    "fcntl", "flock", "fsync", "fdatasync", "ftruncate", "fallocate", "fstat", "stat", "lstat",
    "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2", "getdents64",
    "readlink", "readlinkat", "getcwd", "unlink", "unlinkat", "rename", "renameat", "renameat2",
    "mkdir", "mkdirat", "rmdir", "umask", "chmod", "fchmod",
    // The daemon's socket, which is open already.
    "recvfrom", "sendto", "recvmsg", "sendmsg", "shutdown", "poll", "ppoll",
    // Time, random bytes, and who we are.
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "getrandom", "getpid", "getppid", "getuid", "geteuid", "getgid", "getegid", "uname", "sysinfo",
    "getrusage"};

inline constexpr std::array kNetworkCalls = {
    "socket",     "connect",    "bind",        "getsockname", "getpeername",    "getsockopt",
    "setsockopt", "sendmmsg",   "recvmmsg",    "select",      "pselect6",       "epoll_create1",
    "epoll_ctl",  "epoll_wait", "epoll_pwait", "eventfd2",    "timerfd_create", "timerfd_settime",
    "pipe2",      "ioctl",      "socketpair"};

// What the run-time libraries of sanitizers call, which ask through a pipe whether memory can be
// read; no other build allows it.
inline constexpr std::array kSanitizerCalls = {
    "prctl", "pipe2", "prlimit64", "ioctl", "wait4", "getrlimit", "personality", "set_tid_address"};

}  // namespace dkimkeeper

#endif  // HSM_WORKER_ALLOWED_CALLS_H_
