#include "server/lifecycle/journal.h"

namespace dkimkeeper {

void Journal::Record(std::string_view act, const Identity& caller, const Subject& subject,
                     const Error* error) {
  const std::string result = error == nullptr ? "ok" : error->reason;
  events_.Write(error == nullptr ? Severity::kInfo : Severity::kWarning, act,
                {{"identity", caller.str()},
                 {"domain", subject.domain},
                 {"sender", subject.sender},
                 {"selector", subject.selector},
                 {"detail", subject.detail},
                 {"result", result}});
  audit_.Append({.at = std::chrono::floor<std::chrono::microseconds>(clock_.Now()),
                 .identity = caller.str(),
                 .act = std::string(act),
                 .domain = subject.domain,
                 .sender = subject.sender,
                 .selector = subject.selector,
                 .result = result,
                 .detail = subject.detail});
}

}  // namespace dkimkeeper
