// A registry's picture, written down in a test.
#ifndef TESTS_UNIT_SERVER_LIFECYCLE_PICTURE_H_
#define TESTS_UNIT_SERVER_LIFECYCLE_PICTURE_H_

#include <memory>
#include <string_view>
#include <vector>

#include "server/store/registry.h"
#include "server/tokens/token_terms.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {

// The one that holds the sample keys, without limits.
inline const std::vector<TokenTerms> kTokens{{"main"}};

// May do everything everywhere.
[[nodiscard]] inline Identity Admin() { return sample::IdentityOf("unix:admin"); }
// May do nothing anywhere.
[[nodiscard]] inline Identity Stranger() { return sample::IdentityOf("unix:stranger"); }

// The names of rows must be valid: a bad one aborts the test program.
class Picture {
 public:
  Picture() {
    for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
      bootstrap_.insert(Grant{Admin(), verb, Scope::Everything()});
    }
  }

  // A domain with the sender "default" and these.
  Picture& With(std::string_view domain, const std::vector<std::string_view>& senders = {}) {
    DomainEntry entry{.domain = sample::DomainOf(domain),
                      .allow_underscore = false,
                      .fail_policy = FailPolicy::kTempfail,
                      .senders = {Sender::Default()},
                      .created_at = sample::Minute(0)};
    for (const auto sender : senders) entry.senders.insert(sample::SenderOf(sender));
    return With(entry);
  }
  Picture& With(const DomainEntry& entry) { return Change(PutDomain{entry}); }
  Picture& With(const Key& key) { return Change(PutKey{key}); }
  Picture& With(const Grant& grant) { return Change(PutGrant{grant}); }
  Picture& Grants(std::string_view identity, Verb verb, std::string_view domain,
                  std::string_view sender = "default") {
    return With(Grant{sample::IdentityOf(identity), verb, sample::ScopeOf(domain, sender)});
  }
  Picture& WithMember(std::string_view group, std::string_view member) {
    return Change(PutMember{{GroupName::Parse(group).value(), GroupMember::Parse(member).value()}});
  }
  // A selector of example.com.
  Picture& Reserving(std::string_view selector) {
    return Change(ReserveSelector{{sample::DomainOf("example.com"), sample::SelectorOf(selector)}});
  }
  // What a decision asks for.
  Picture& After(const Decision& decision) {
    Apply(decision.changes, contents_);
    return *this;
  }

  [[nodiscard]] View Get() const {
    std::vector<std::shared_ptr<const Key>> keys;
    for (const auto& [name, key] : contents_.keys) keys.push_back(key);
    return View{
        contents_, Keyring(keys),
        AccessRules(contents_.grants, bootstrap_, contents_.grant_limits, contents_.group_members)};
  }

 private:
  Picture& Change(const dkimkeeper::Change& change) {
    Apply({change}, contents_);
    return *this;
  }

  std::set<Grant> bootstrap_;
  Contents contents_;
};

// "" for a success, else the reason: what a table of a test compares.
template <typename T>
[[nodiscard]] std::string ReasonOf(const Result<T>& result) {
  return result ? std::string() : result.error().reason;
}

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_LIFECYCLE_PICTURE_H_
