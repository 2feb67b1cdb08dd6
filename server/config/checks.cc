#include "server/config/checks.h"

#include <algorithm>
#include <string_view>

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxIdentityBytes = 512;
constexpr std::size_t kMaxNameBytes = 32;
constexpr std::size_t kMaxOriginBytes = 200;

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool IsVisibleAscii(char c) { return c > 0x20 && c < 0x7f; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsVariableByte(char c) { return IsLetter(c) || IsDigit(c) || c == '_'; }
bool IsSystemCallByte(char c) { return (c >= 'a' && c <= 'z') || IsDigit(c) || c == '_'; }
bool IsNameByte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

// Something after `prefix`, and all of it what an identity may be made of.
bool IsIdentityOf(std::string_view prefix, const std::string& value) {
  return value.starts_with(prefix) && value.size() > prefix.size() &&
         value.size() <= kMaxIdentityBytes &&
         std::all_of(value.begin(), value.end(), IsVisibleAscii);
}

}  // namespace

Complaint CheckIdentity(const std::string& value) {
  if (IsIdentityOf("uri:", value) || IsIdentityOf("dns:", value) || IsIdentityOf("unix:", value)) {
    return std::nullopt;
  }
  return "is no identity; write uri:…, dns:… or unix:…, at most 512 printable ASCII characters "
         "without spaces";
}

Complaint CheckSocketIdentity(const std::string& value) {
  if (IsIdentityOf("unix:", value)) return std::nullopt;
  return "is no identity of a socket; write unix:NAME, such as unix:operator";
}

Complaint CheckName(const std::string& value) {
  if (!value.empty() && value.size() <= kMaxNameBytes &&
      std::all_of(value.begin(), value.end(), IsNameByte)) {
    return std::nullopt;
  }
  return "is no name; write 1 to 32 lower-case letters, digits and hyphens";
}

Complaint CheckCredentialName(const std::string& value) {
  if (auto complaint = CheckText(value)) return complaint;
  if (value == "." || value == ".." || value.find('/') != std::string::npos) {
    return "is no credential's name; write the name that LoadCredential= gives it, without a path";
  }
  return std::nullopt;
}

Complaint CheckVariable(const std::string& value) {
  const std::string_view name = std::string_view(value).substr(0, value.find('='));
  const bool is_variable = name.size() < value.size() && !name.empty() && !IsDigit(name.front()) &&
                           std::all_of(name.begin(), name.end(), IsVariableByte) &&
                           std::none_of(value.begin(), value.end(), IsControl);
  if (!is_variable) {
    return "has an element that is no variable; write \"NAME=VALUE\", such as "
           "\"SOFTHSM2_CONF=/etc/dkimkeeper/softhsm2.conf\"";
  }
  if (name.starts_with("LD_")) {
    return "has a variable that makes the dynamic linker load other code; write what the module "
           "itself reads";
  }
  return std::nullopt;
}

Complaint CheckConnection(const std::string& value) {
  if (auto complaint = CheckText(value)) return complaint;
  if (value.find("://") != std::string::npos || value.find('=') == std::string::npos) {
    return "is not written as keyword=value; write \"host=… dbname=…\"";
  }
  if (value.find("password") != std::string::npos) {
    return "holds a password; put it into a file and name that in password_file";
  }
  return std::nullopt;
}

Complaint CheckSandbox(const std::string& value) {
  if (value == "strict" || value == "network" || value == "off") return std::nullopt;
  return "is no sandbox; write \"strict\", \"network\" or \"off\"";
}

Complaint CheckOrigin(const std::string& value) {
  const auto fits = [](char c) { return IsVisibleAscii(c) && c != '+'; };
  if (!value.empty() && value.size() <= kMaxOriginBytes &&
      std::all_of(value.begin(), value.end(), fits)) {
    return std::nullopt;
  }
  return "is no name of a log; write 1 to 200 printable ASCII characters without spaces and +, "
         "such as \"keeper1.example.net/dkimkeeper\"";
}

Complaint CheckSystemCall(const std::string& value) {
  if (!value.empty() && value.size() <= kMaxNameBytes &&
      std::all_of(value.begin(), value.end(), IsSystemCallByte)) {
    return std::nullopt;
  }
  return "has an element that is no system call's name; write names as in syscalls(2), such as "
         "\"socket\"";
}

}  // namespace dkimkeeper
