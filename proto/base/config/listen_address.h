// Where a TCP listener listens.
#ifndef PROTO_BASE_CONFIG_LISTEN_ADDRESS_H_
#define PROTO_BASE_CONFIG_LISTEN_ADDRESS_H_

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "proto/result.h"

namespace dkimkeeper {

// `127.0.0.1:7443` or `[::1]:7443`: an IP address, never a name, because what a name means may
// change and is not known when the network is down. Port 0 takes a free one. A value.
class ListenAddress {
 public:
  // INVALID_ARGUMENT/BAD_CONFIG; the message says what is wrong and what to write.
  [[nodiscard]] static Result<ListenAddress> Parse(std::string_view text);

  // As written.
  [[nodiscard]] const std::string& str() const { return text_; }

  // In 127.0.0.0/8, or ::1.
  [[nodiscard]] bool IsLoopback() const { return is_loopback_; }

  friend auto operator<=>(const ListenAddress&, const ListenAddress&) = default;

 private:
  ListenAddress(std::string text, bool is_loopback)
      : text_(std::move(text)), is_loopback_(is_loopback) {}

  std::string text_;
  bool is_loopback_;
};

}  // namespace dkimkeeper

#endif  // PROTO_BASE_CONFIG_LISTEN_ADDRESS_H_
