#include "server/dns/tsig_secret.h"

#include <fcntl.h>
#include <string.h>  // explicit_bzero is glibc's: <cstring> does not promise it
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper {

TsigSecret::TsigSecret(TsigSecret&& other) noexcept : text_(other.text_) {
  ::explicit_bzero(other.text_.data(), other.text_.size());
}

TsigSecret::~TsigSecret() { ::explicit_bzero(text_.data(), text_.size()); }

bool TsigSecret::Trim() {
  std::string_view text(text_.data());
  while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
    text_.at(text.size()) = '\0';
  }
  return !text.empty() && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

Result<TsigSecret> TsigSecret::Read(const std::string& path) {
  const auto refuse = [&](const std::string& what) {
    return Fail(Code::kFailedPrecondition, reason::kPublishRefused,
                "the TSIG secret in " + path + " " + what);
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return refuse("cannot be read (" + std::generic_category().message(errno) +
                  "); let the daemon's user read it");
  }
  TsigSecret secret;
  // One octet stays NUL.
  const ssize_t size = ::read(file, secret.text_.data(), secret.text_.size() - 1);
  ::close(file);
  if (size < 0) return refuse("cannot be read; it must be a file");
  if (static_cast<std::size_t>(size) == secret.text_.size() - 1 || !secret.Trim()) {
    return refuse("is not one line of base64; write the key's secret there, and nothing else");
  }
  return secret;
}

}  // namespace dkimkeeper
