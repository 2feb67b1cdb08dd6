// Whether a value of the configuration is a name of its kind, in the words of that kind's parser.
#ifndef CLIENT_AGENT_CONFIG_NAME_CHECKS_H_
#define CLIENT_AGENT_CONFIG_NAME_CHECKS_H_

#include <optional>
#include <string>

#include "proto/base/config/checks.h"
#include "proto/dkim/domain.h"
#include "proto/dkim/sender.h"
#include "proto/result.h"

namespace dkimkeeper {

template <typename T>
[[nodiscard]] Complaint ComplaintOf(const Result<T>& parsed) {
  if (parsed) return std::nullopt;
  return parsed.error().message;
}

[[nodiscard]] inline Complaint CheckDomain(const std::string& value) {
  return ComplaintOf(Domain::Parse(value));
}

[[nodiscard]] inline Complaint CheckSender(const std::string& value) {
  return ComplaintOf(Sender::Parse(value));
}

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_CONFIG_NAME_CHECKS_H_
