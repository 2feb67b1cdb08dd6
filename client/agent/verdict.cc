#include "client/agent/verdict.h"

namespace dkimkeeper {

Verdict Refused(Refusal refusal, std::string result, std::string text) {
  switch (refusal) {
    case Refusal::kReject:
      return {Action::kReject, std::move(text), std::move(result)};
    case Refusal::kUnsigned:
      return {Action::kAccept, {}, std::move(result)};
  }
  return {Action::kReject, std::move(text), std::move(result)};
}

Verdict NotSigned(FailPolicy policy, const Error& error) {
  switch (policy) {
    case FailPolicy::kUnsigned:
      return {Action::kAccept, {}, error.reason};
    case FailPolicy::kTempfail:
      break;
  }
  return {Action::kTempfail, "This message cannot be signed now, please try again later",
          error.reason};
}

}  // namespace dkimkeeper
