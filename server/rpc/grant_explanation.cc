#include "server/rpc/grant_explanation.h"

#include <string>
#include <utility>

#include "proto/reason.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_grant.h"

namespace dkimkeeper {
namespace {

// The call that is asked about.
struct Question {
  Caller caller;
  Verb verb;
  Scope scope;
  std::optional<Algorithm> algorithm;
};

// Its address and time, else those of this call where it is the same caller.
Result<Caller> CallerOf(const Caller& asking, const v1::ExplainGrantRequest& request) {
  auto identity = Identity::Parse(request.identity());
  if (!identity) return Forward(identity);
  Caller caller(*std::move(identity), std::nullopt, *asking.at);
  if (caller.identity == asking.identity) caller.from = asking.from;
  if (!request.address().empty()) {
    caller.from = IpAddress::Parse(request.address());
    if (!caller.from) {
      return Fail(Code::kInvalidArgument, reason::kBadLimit,
                  "an address is written 192.0.2.1 or 2001:db8::1");
    }
  }
  if (request.at_ms() != 0) caller.at = FromMilliseconds(request.at_ms());
  return caller;
}

Result<Question> Parse(const Caller& asking, const v1::ExplainGrantRequest& request) {
  auto caller = CallerOf(asking, request);
  if (!caller) return Forward(caller);
  const auto verb = FromProto(request.verb());
  if (!verb) return Forward(verb);
  auto scope = Scope::Parse(request.domain(), request.sender());
  if (!scope) return Forward(scope);
  Question question{*std::move(caller), *verb, *std::move(scope), {}};
  if (request.algorithm() != v1::ALGORITHM_UNSPECIFIED) {
    const auto algorithm = FromProto(request.algorithm());
    if (!algorithm) return Forward(algorithm);
    question.algorithm = *algorithm;
  }
  return question;
}

std::string Sentence(const Question& question, const Explanation& explanation) {
  const std::string what = question.caller.str() + (explanation.decides ? " may " : " may not ") +
                           std::string(VerbName(question.verb)) + " on " +
                           question.scope.ToString();
  const auto named = [](const LimitedGrant& grant) {
    return "the grant to " + grant.grant.identity.str() + " on " + grant.grant.scope.ToString();
  };
  if (explanation.decides) return what + " by " + named(*explanation.decides);
  if (explanation.refused.empty()) return what + ": there is no such grant, nor one of a group";
  const RefusedGrant& first = explanation.refused.front();
  return what + ": " + named(first.grant) + " " + first.why;
}

}  // namespace

v1::Grant ShowGrant(const View& view, const LimitedGrant& grant) {
  v1::Grant message = ToProto(grant);
  message.set_bootstrap(!view.contents.grants.contains(grant.grant));
  return message;
}

Outcome ExplainGrant(const View& view, const Caller& caller, const v1::ExplainGrantRequest& request,
                     v1::ExplainGrantResponse& response) {
  const auto question = Parse(caller, request);
  if (!question) return Forward(question);
  if (question->caller.identity != caller.identity &&
      !view.rules.Authorize(caller, Verb::kAdminister, question->scope)) {
    const auto audits = view.rules.Authorize(caller, Verb::kAudit, question->scope);
    if (!audits) return Forward(audits);
  }
  const Explanation explanation =
      view.rules.Explain(question->caller, question->verb, question->scope, question->algorithm);
  response.set_allowed(explanation.decides.has_value());
  response.set_explanation(Sentence(*question, explanation));
  if (explanation.decides) *response.mutable_decides() = ShowGrant(view, *explanation.decides);
  for (const RefusedGrant& refused : explanation.refused) {
    v1::FailedGrant& failed = *response.add_failed();
    *failed.mutable_grant() = ShowGrant(view, refused.grant);
    failed.set_why(refused.why);
  }
  return {};
}

}  // namespace dkimkeeper
