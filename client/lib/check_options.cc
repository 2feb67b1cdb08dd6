#include "client/lib/check_options.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kLongestNote = 128;

tl::unexpected<Error> BadOption(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadOption, std::move(message));
}

// A decimal number from 1 to 65535.
bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// "name:port", "192.0.2.1:port" or "[2001:db8::1]:port".
bool IsHostAndPort(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = address.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  const bool clean = host.find_first_of("/ \t") == std::string_view::npos &&
                     (bracketed || host.find(':') == std::string_view::npos);
  return clean && IsPort(address.substr(colon + 1));
}

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

Outcome CheckAddress(const std::string& address, const ClientOptions& options) {
  if (IsUnixAddress(address)) {
    if (address.size() > std::string_view("unix:").size()) return {};
    return BadOption("server address 'unix:' names no socket: write unix:/path/to/socket");
  }
  if (!IsHostAndPort(address)) {
    return BadOption("server address '" + address +
                     "' is not understood: write host:port or unix:/path/to/socket");
  }
  if (options.ca_file.empty() || options.cert_file.empty() || options.key_file.empty()) {
    return BadOption("server " + address +
                     " is reached over TLS: give the CA file, the client certificate file and its "
                     "key file");
  }
  return {};
}

}  // namespace

bool IsUnixAddress(std::string_view address) { return address.starts_with("unix:"); }

Outcome CheckOptions(const ClientOptions& options) {
  if (options.servers.empty()) {
    return BadOption("no server is given: name at least one host:port or unix:/path/to/socket");
  }
  for (const std::string& address : options.servers) {
    if (Outcome checked = CheckAddress(address, options); !checked) return checked;
  }
  if (options.deadline <= std::chrono::milliseconds::zero()) {
    return BadOption("the deadline of a call must be longer than nothing");
  }
  if (options.note.size() > kLongestNote || !IsPrintableAscii(options.note)) {
    return BadOption("the note must be printable ASCII of at most 128 bytes");
  }
  return {};
}

}  // namespace dkimkeeper
