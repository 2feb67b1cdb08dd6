#include "server/rpc/group_calls.h"

#include <map>
#include <utility>
#include <vector>

#include "proto/reason.h"
#include "server/lifecycle/group_decisions.h"
#include "server/rpc/in_effect.h"
#include "server/rpc/mutation.h"
#include "server/rpc/token_view.h"

namespace dkimkeeper {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

// What a call is about.
struct Named {
  GroupName group;
  std::vector<GroupMember> members;
};

Result<Named> Parse(const std::string& name, const Texts& texts) {
  auto group = GroupName::Parse(name);
  if (!group) return Forward(group);
  Named named{*std::move(group), {}};
  for (const std::string& text : texts) {
    auto member = GroupMember::Parse(text);
    if (!member) return Forward(member);
    named.members.push_back(*std::move(member));
  }
  return named;
}

// A stranger's call is on record, what he says in it is not: a megabyte a call would fill the disk.
Subject SubjectOf(const View& view, const Caller& caller, const Named& named) {
  const bool may = bool{view.rules.Authorize(caller, Verb::kAdminister, Scope::Everything())};
  std::string members;
  for (const GroupMember& member : named.members) {
    if (!may) break;
    members.append(members.empty() ? "" : " ").append(member.str());
  }
  return {
      .domain = "*", .sender = "*", .selector = {}, .detail = named.group.str() + " " + members};
}

v1::Group Show(const Contents& contents, const GroupName& name) {
  v1::Group message;
  message.set_name(name.str());
  message.set_of_identities(KindOf(contents, name).value_or(false));
  for (const GroupMember& member : MembersOf(contents, name)) message.add_members(member.str());
  message.set_size(static_cast<std::uint32_t>(message.members_size()));
  return message;
}

}  // namespace

Outcome GroupCalls::Add(const Caller& caller, const v1::AddGroupMembersRequest& request,
                        v1::AddGroupMembersResponse& response) const {
  const auto named = Parse(request.group(), request.members());
  if (!named) return Forward(named);
  const auto mutation = MutationOf(caller, "Access.AddGroupMembers", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const Subject subject = SubjectOf(*registry_.Get(), caller, *named);
  const auto updated = journal_.Recorded(
      "group.add", caller, subject,
      registry_.Update(*mutation, ToTimestamp(clock_.Now()), [&](const View& view) {
        return DecideAddMembers(view, caller, named->group, named->members);
      }));
  if (!updated) return Forward(updated);
  const Contents& contents = updated->view->contents;
  *response.mutable_group() = Show(contents, named->group);
  *response.mutable_in_effect() =
      InEffectOf(daemons_, contents.generation, request.await_daemons());
  return {};
}

Outcome GroupCalls::Remove(const Caller& caller, const v1::RemoveGroupMembersRequest& request,
                           v1::RemoveGroupMembersResponse& response) const {
  const auto named = Parse(request.group(), request.members());
  if (!named) return Forward(named);
  const auto mutation =
      MutationOf(caller, "Access.RemoveGroupMembers", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const Subject subject = SubjectOf(*registry_.Get(), caller, *named);
  const auto updated = journal_.Recorded(
      "group.remove", caller, subject,
      registry_.Update(*mutation, ToTimestamp(clock_.Now()), [&](const View& view) {
        return DecideRemoveMembers(view, caller, named->group, named->members);
      }));
  if (!updated) return Forward(updated);
  *response.mutable_in_effect() =
      InEffectOf(daemons_, updated->view->contents.generation, request.await_daemons());
  return {};
}

Outcome GroupCalls::List(const Caller& caller, const v1::ListGroupsRequest& request,
                         v1::ListGroupsResponse& response) const {
  const ViewPtr view = registry_.Get();
  if (const auto may = MayReadEverything(*view, caller); !may) return may;
  const Contents& contents = view->contents;
  if (!request.group().empty()) {
    const auto group = GroupName::Parse(request.group());
    if (!group) return Forward(group);
    if (!KindOf(contents, *group)) {
      return Fail(Code::kNotFound, reason::kGroupUnknown, "no " + group->str());
    }
    *response.add_groups() = Show(contents, *group);
    return {};
  }
  for (const Membership& each : contents.group_members) {  // sorted by group
    const int last = response.groups_size() - 1;
    const bool next = last < 0 || response.groups(last).name() != each.group.str();
    v1::Group& group = next ? *response.add_groups() : *response.mutable_groups(last);
    group.set_name(each.group.str());
    group.set_of_identities(each.member.is_identity());
    group.set_size(group.size() + 1);
  }
  return {};
}

}  // namespace dkimkeeper
