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
  auto parsed_domain = Domain::Parse(domain);
  if (!parsed_domain) return Forward(parsed_domain);
  if (sender == "*") return AllOf(*std::move(parsed_domain));
  auto parsed_sender = sender.empty() ? Result<Sender>(Sender::Default()) : Sender::Parse(sender);
  if (!parsed_sender) return Forward(parsed_sender);
  return Of(*std::move(parsed_domain), *std::move(parsed_sender));
}

bool Scope::Covers(const Scope& other) const {
  if (!domain_) return true;
  if (domain_ != other.domain_) return false;
  return !sender_ || sender_ == other.sender_;
}

std::string Scope::ToString() const {
  if (!domain_) return "*";
  return domain_->str() + "/" + (sender_ ? sender_->str() : "*");
}

}  // namespace dkimkeeper
