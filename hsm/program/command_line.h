// What dkimkeeper-token was started with.
#ifndef HSM_PROGRAM_COMMAND_LINE_H_
#define HSM_PROGRAM_COMMAND_LINE_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hsm/worker/sandbox.h"

namespace dkimkeeper {

// Which token of which module; one of label and serial, or both.
struct TokenAddress {
  std::string module;
  std::string label = {};
  std::string serial = {};
};

struct ServeLine {
  std::string name;
  TokenAddress token;
  unsigned sessions = 8;
  int socket = 3;
  int pin = 4;
  int shared = 5;  // locks, ledger: hsm/shared
  unsigned destroy_limit = 20;
  SandboxOptions sandbox;
};

struct InitLine {
  std::string module;
  std::string label;
  std::string pin_file;
  std::string so_pin_file;
};

struct BenchLine {
  TokenAddress token;
  std::string pin_file;
  std::optional<std::string> key;  // CKA_ID in hexadecimal; none: throwaway keys
  std::vector<unsigned> threads = {1, 2};
  unsigned seconds = 2;
  bool json = false;
};

struct ImportLine {
  std::string file;
  TokenAddress token;
  std::string pin_file;
  std::string key_label;
  std::optional<std::string> id;  // in hexadecimal; none: a random one
};

// The code to exit with, after help or a complaint was printed.
struct ExitNow {
  int code = 0;
};

using CommandLine = std::variant<ServeLine, InitLine, BenchLine, ImportLine, ExitNow>;

[[nodiscard]] CommandLine ParseCommandLine(int argc, char** argv);

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_COMMAND_LINE_H_
