// Alarms: what an operator must look at, from when it was raised until it is cleared.
#ifndef SERVER_BASE_ALARMS_H_
#define SERVER_BASE_ALARMS_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/event_log.h"

namespace dkimkeeper {

// One alarm. (name, subject) is its identity.
struct Alarm {
  std::string name;     // what kind: `tls.refused`, `token.away`; a literal of the code
  std::string subject;  // about what: a domain, a token name, a file
  std::string message;  // one sentence: what is wrong, what to do
  std::chrono::system_clock::time_point since;  // when it was first raised
  friend bool operator==(const Alarm&, const Alarm&) = default;
};

// The alarms that stand. An alarm is one event in the log, one entry here until it is cleared, one
// gauge and an optional command. Thread-safe.
class AlarmBoard {
 public:
  // What else happens; both optional and thread-safe; neither throws nor blocks, neither may call
  // the board.
  struct Hooks {
    // How many alarms called `name` stand now. Called under the lock, so that the last call is
    // true.
    std::function<void(std::string_view name, std::size_t standing)> count_changed;
    // Called once per alarm, when it is first raised; false: its command could not be queued.
    std::function<bool(const Alarm& alarm)> raised;
  };

  // `log` must outlive this.
  explicit AlarmBoard(EventLog& log) : AlarmBoard(log, Hooks()) {}
  AlarmBoard(EventLog& log, Hooks hooks) : log_(log), hooks_(std::move(hooks)) {}
  AlarmBoard(const AlarmBoard&) = delete;
  AlarmBoard& operator=(const AlarmBoard&) = delete;

  // An alarm that stands already keeps its time and takes the new message; it is logged again only
  // when the message differs, and its command does not run again.
  void Raise(std::string_view name, std::string_view subject, std::string_view message,
             std::chrono::system_clock::time_point now);

  // An alarm that does not stand is none to clear: nothing happens.
  void Clear(std::string_view name, std::string_view subject,
             std::chrono::system_clock::time_point now);

  // Sorted by name, then subject.
  [[nodiscard]] std::vector<Alarm> List() const;

 private:
  using Key = std::pair<std::string, std::string>;  // name, subject

  void CountLocked(std::string_view name) const;

  EventLog& log_;
  const Hooks hooks_;
  mutable std::mutex mutex_;
  std::map<Key, Alarm> standing_;
};

}  // namespace dkimkeeper

#endif  // SERVER_BASE_ALARMS_H_
