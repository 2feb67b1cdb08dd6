// How dkimkeeper-token ends: what its parent, and whoever reads a log, can tell from the status.
#ifndef HSM_WORKER_EXIT_STATUS_H_
#define HSM_WORKER_EXIT_STATUS_H_

namespace dkimkeeper {

inline constexpr int kExitEndOfFile = 0;    // `serve`: the daemon closed the socket; else: done
inline constexpr int kExitFailed = 1;       // init, bench, import-key: a sentence says why
inline constexpr int kExitUsage = 2;        // wrong options
inline constexpr int kExitPinRefused = 3;   // by the token, or there is no PIN to try
inline constexpr int kExitStartFailed = 4;  // module or token could not be opened
inline constexpr int kExitBadFrame = 5;     // the daemon sent what is no request
inline constexpr int kExitSandbox = 6;      // a system call that the sandbox does not allow

}  // namespace dkimkeeper

#endif  // HSM_WORKER_EXIT_STATUS_H_
