// How the workers of one token are started.
#ifndef HSM_LAUNCHER_WORKER_RECIPE_H_
#define HSM_LAUNCHER_WORKER_RECIPE_H_

#include <string>
#include <vector>

namespace dkimkeeper::launcher {

// The descriptors that a worker finds open besides the standard ones, and no others.
inline constexpr int kWorkerSocket = 3;
inline constexpr int kWorkerPin = 4;     // the PIN file, read-only
inline constexpr int kWorkerLedger = 5;  // a file of all workers of the token

struct WorkerRecipe {
  std::string token;                     // its name
  std::string program;                   // an absolute path
  std::vector<std::string> arguments;    // behind the program's name
  std::vector<std::string> environment;  // `NAME=VALUE`, over a plain PATH and LANG=C
  std::string pin_path;
  unsigned max_workers = 1;  // that may run at once, whatever the daemon asks for
};

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_WORKER_RECIPE_H_
