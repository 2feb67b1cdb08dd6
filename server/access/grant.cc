#include "server/access/grant.h"

#include "proto/reason.h"

namespace dkimkeeper {

std::string_view VerbName(Verb verb) {
  switch (verb) {
    case Verb::kSign:
      return "sign";
    case Verb::kRotate:
      return "rotate";
    case Verb::kAudit:
      return "audit";
    case Verb::kAdminister:
      return "administer";
  }
  return "unknown";
}

Result<Verb> ParseVerb(std::string_view name) {
  for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
    if (VerbName(verb) == name) return verb;
  }
  return Fail(Code::kInvalidArgument, reason::kBadVerb,
              "verb must be sign, rotate, audit or administer");
}

Result<Scope> Scope::Parse(std::string_view domain, std::string_view sender) {
  if (domain == "*") {
    if (!sender.empty() && sender != "*") {
      return Fail(
          Code::kInvalidArgument, reason::kBadScope,
          "a grant on every domain covers every sender: leave the sender out or give \"*\"");
    }
    return Everything();
  }
  std::optional<Sender> one;
  if (sender != "*") {
    auto parsed = sender.empty() ? Result<Sender>(Sender::Default()) : Sender::Parse(sender);
    if (!parsed) return Forward(parsed);
    one = *std::move(parsed);
  }
  if (domain.starts_with(GroupName::kPrefix)) {
    auto group = GroupName::Parse(domain);
    if (!group) return Forward(group);
    return OfGroup(*std::move(group), std::move(one));
  }
  auto parsed = Domain::Parse(domain);
  if (!parsed) return Forward(parsed);
  return Scope(*std::move(parsed), {}, std::move(one));
}

std::string Scope::PlaceText() const {
  if (group_) return group_->str();
  return domain_ ? domain_->str() : "*";
}

std::string Scope::ToString() const {
  if (!domain_ && !group_) return "*";
  return PlaceText() + "/" + SenderText();
}

Result<Grantee> Grantee::Parse(std::string_view text) {
  if (text.starts_with(GroupName::kPrefix)) {
    const auto group = GroupName::Parse(text);
    if (!group) return Forward(group);
    return Grantee(*group);
  }
  const auto identity = Identity::Parse(text);
  if (!identity) return Forward(identity);
  return Grantee(*identity);
}

}  // namespace dkimkeeper
