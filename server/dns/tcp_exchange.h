// One message and its answer over TCP (RFC 7766), within a time limit that holds for all of it.
#ifndef SERVER_DNS_TCP_EXCHANGE_H_
#define SERVER_DNS_TCP_EXCHANGE_H_

#include <chrono>
#include <string>
#include <string_view>

#include "proto/result.h"
#include "server/base/server_address.h"

namespace dkimkeeper {

// The answer's octets, whatever they are. UNAVAILABLE/PUBLISHER_AWAY: refused, unreachable, closed
// early, or not within `limit`. Thread-safe.
[[nodiscard]] Result<std::string> ExchangeOverTcp(const ServerAddress& server,
                                                  std::string_view message,
                                                  std::chrono::milliseconds limit);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_TCP_EXCHANGE_H_
