#include "tests/faultmodule/call_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>

namespace dkimkeeper::faultmodule {

CallLog::CallLog(const std::string& path) {
  if (path.empty()) return;
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) throw std::runtime_error("FAULTMODULE_LOG=" + path + " cannot be opened");
}

void CallLog::Note(std::string_view function, std::uint64_t nth, std::string_view act) const {
  if (file_ < 0) return;
  std::ostringstream line;
  line << function << ' ' << nth << ' ' << act << " pid=" << ::getpid() << '\n';
  const std::string text = line.str();
  static_cast<void>(!::write(file_, text.data(), text.size()));
}

}  // namespace dkimkeeper::faultmodule
