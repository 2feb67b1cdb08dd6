// What was done to which call.
#ifndef TESTS_FAULTMODULE_CALL_LOG_H_
#define TESTS_FAULTMODULE_CALL_LOG_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace dkimkeeper::faultmodule {

// Appends whole lines to a file, so that processes may share it. Thread-safe.
class CallLog {
 public:
  // No path, no log. Throws std::runtime_error when the file cannot be opened.
  explicit CallLog(const std::string& path);
  CallLog(const CallLog&) = delete;
  CallLog& operator=(const CallLog&) = delete;

  // "C_Sign 3 fail CKR_DEVICE_ERROR pid=4711"
  void Note(std::string_view function, std::uint64_t nth, std::string_view act) const;

 private:
  int file_ = -1;  // for the life of the process
};

}  // namespace dkimkeeper::faultmodule

#endif  // TESTS_FAULTMODULE_CALL_LOG_H_
