#include "proto/base/config/checks.h"

#include <sys/un.h>

#include <algorithm>

#include "proto/base/config/listen_address.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxSocketPathBytes = sizeof(sockaddr_un::sun_path) - 1;

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool IsOctal(char c) { return c >= '0' && c <= '7'; }

}  // namespace

Complaint CheckText(const std::string& value) {
  if (value.empty()) return "is empty; write a value or remove the key";
  if (std::any_of(value.begin(), value.end(), IsControl)) {
    return "has control characters; write printable text";
  }
  return std::nullopt;
}

Complaint CheckPath(const std::string& value) {
  if (auto complaint = CheckText(value)) return complaint;
  if (value.front() != '/') return "is not an absolute path; write one that starts with /";
  return std::nullopt;
}

Complaint CheckSocketPath(const std::string& value) {
  if (auto complaint = CheckPath(value)) return complaint;
  if (value.size() > kMaxSocketPathBytes) {
    return "is longer than a socket's path may be; write at most " +
           std::to_string(kMaxSocketPathBytes) + " bytes";
  }
  return std::nullopt;
}

Complaint CheckSocketMode(const std::string& value) {
  const bool octal = (value.size() == 3 || (value.size() == 4 && value.front() == '0')) &&
                     std::all_of(value.begin(), value.end(), IsOctal);
  if (!octal) return "is no file mode; write octal digits in quotes, such as \"0660\"";
  if (value.back() != '0') {
    return "gives the socket to everybody on this host; write a mode that ends in 0, such as "
           "\"0660\"";
  }
  return std::nullopt;
}

Complaint CheckListenAddress(const std::string& value) {
  const auto address = ListenAddress::Parse(value);
  if (address) return std::nullopt;
  return address.error().message;
}

Complaint CheckMetricsAddress(const std::string& value) {
  if (value.empty()) return std::nullopt;
  const auto address = ListenAddress::Parse(value);
  if (!address) return address.error().message;
  if (!address->IsLoopback()) {
    return "is not a loopback address, and the metrics are shown to whoever connects; write "
           "127.0.0.1:9464, or \"\" for no metrics";
  }
  return std::nullopt;
}

}  // namespace dkimkeeper
