#include "server/store/contents.h"

namespace dkimkeeper {
namespace {

struct Applier {
  Contents& contents;

  void operator()(const PutDomain& change) const {
    contents.domains.insert_or_assign(change.entry.domain, change.entry);
  }
  void operator()(const RemoveDomain& change) const {
    contents.domains.erase(change.domain);
    const auto on_it = [&](const Grant& grant) { return grant.scope.domain() == change.domain; };
    contents.grants.erase_if(on_it);
    contents.grant_limits.erase_if([&](const auto& entry) { return on_it(entry.first); });
    const GroupMember member(change.domain);
    contents.group_members.erase_if([&](const Membership& each) { return each.member == member; });
  }
  void operator()(const PutKey& change) const {
    const KeyName name{change.key.domain, change.key.selector};
    // Its selector comes from a pool and is used anew: the row stays.
    const auto before = contents.keys.find(name);
    if (before != contents.keys.end() && before->second->destroyed_at &&
        before->second->id != change.key.id) {
      contents.former_keys.emplace(name, before->second);
    }
    contents.keys.insert_or_assign(name, std::make_shared<const Key>(change.key));
    contents.reserved_selectors.erase(name);
  }
  void operator()(const RemoveKey& change) const { contents.keys.erase(change.name); }
  void operator()(const PutGrant& change) const {
    contents.grants.insert(change.grant);
    contents.grant_limits.erase(change.grant);
    if (change.limits.any()) contents.grant_limits.insert({change.grant, change.limits});
  }
  void operator()(const RemoveGrant& change) const {
    contents.grants.erase(change.grant);
    contents.grant_limits.erase(change.grant);
  }
  void operator()(const PutMember& change) const {
    contents.group_members.insert(change.membership);
  }
  void operator()(const RemoveMember& change) const {
    contents.group_members.erase(change.membership);
  }
  void operator()(const PutToken& change) const {
    contents.tokens.insert_or_assign(change.record.name, change.record);
  }
  void operator()(const PutWaitsFrom& change) const { contents.waits_from = change.at; }
  void operator()(const ReserveSelector& change) const {
    contents.reserved_selectors.insert(change.name);
  }
  void operator()(const RequireLease& /*condition*/) const {}
};

}  // namespace

void Apply(const std::vector<Change>& changes, Contents& contents) {
  for (const Change& change : changes) std::visit(Applier{contents}, change);
}

}  // namespace dkimkeeper
