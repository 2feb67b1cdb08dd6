// The script of faults, as it is now.
#ifndef TESTS_FAULTMODULE_SCRIPT_H_
#define TESTS_FAULTMODULE_SCRIPT_H_

#include <atomic>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/faultmodule/rule.h"
#include "tests/faultmodule/shared_counts.h"

namespace dkimkeeper::faultmodule {

struct Fault {
  Act act = Act::kLog;
  std::uint64_t number = 0;
};

// One version of the file, and how often each of its rules was asked. Thread-safe.
class Script {
 public:
  // Called with the rule's text for each rule that covers a call.
  using Log = std::function<void(Function, std::uint64_t nth, std::string_view act)>;

  // Throws std::invalid_argument with the line's number, std::runtime_error for the counts.
  Script(std::string_view text, const std::string& counts_path);

  // Every rule counts the call, then the first one whose turn it is decides.
  [[nodiscard]] std::optional<Fault> Judge(Function called, const Log& log);

 private:
  [[nodiscard]] bool IsGone() const;

  std::vector<Rule> rules_;
  std::vector<std::atomic<std::uint64_t>> own_counts_;  // of this process, by rule
  SharedCounts shared_counts_;  // by rule, from 1; at 0 until when the token is gone
};

// The file, read again whenever it changed. Thread-safe.
class ScriptFile {
 public:
  explicit ScriptFile(std::string path) : path_(std::move(path)) {}

  // None where there is no file. Throws as Script.
  [[nodiscard]] std::shared_ptr<Script> Current();

 private:
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t seconds = 0, nanoseconds = 0, size = 0;
    friend auto operator<=>(const Stamp&, const Stamp&) = default;
  };
  [[nodiscard]] std::optional<Stamp> Look() const;
  [[nodiscard]] std::shared_ptr<Script> Read(const Stamp& stamp) const;

  const std::string path_;
  std::mutex mutex_;  // guards what follows
  Stamp stamp_;
  std::shared_ptr<Script> script_;
};

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_SCRIPT_H_
