#include "server/lifecycle/group_decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::IdentityOf;
using sample::ScopeOf;
using testing::ElementsAre;

GroupName Mail() { return GroupName::Parse("group:mail").value(); }

std::vector<GroupMember> Members(const std::vector<const char*>& texts) {
  std::vector<GroupMember> members;
  for (const char* text : texts) members.push_back(GroupMember::Parse(text).value());
  return members;
}

TEST(AddMembers, MakesTheGroupAndAddsToIt) {
  Picture picture;
  const auto add = [&](const std::vector<const char*>& texts) {
    picture.After(DecideAddMembers(picture.Get(), Admin(), Mail(), Members(texts)).value());
  };
  add({"unix:b", "unix:a"});
  add({"unix:b", "unix:c"});
  EXPECT_EQ(MembersOf(picture.Get().contents, Mail()), Members({"unix:a", "unix:b", "unix:c"}));
  EXPECT_EQ(KindOf(picture.Get().contents, Mail()), true);
}

TEST(AddMembers, OfOneKindThatExists) {
  const View view = Picture().With("example.com").WithMember("group:mail", "unix:a").Get();
  const auto reason = [&view](const char* group, const std::vector<const char*>& texts) {
    return ReasonOf(
        DecideAddMembers(view, Admin(), GroupName::Parse(group).value(), Members(texts)));
  };
  EXPECT_EQ(reason("group:new", {"example.com"}), "");
  EXPECT_EQ(reason("group:new", {"example.net"}), "DOMAIN_UNKNOWN");
  EXPECT_EQ(reason("group:new", {"example.com", "unix:a"}), "BAD_GROUP");
  EXPECT_EQ(reason("group:new", {}), "BAD_GROUP");
  EXPECT_EQ(reason("group:mail", {"example.com"}), "BAD_GROUP");
}

TEST(RemoveMembers, TheLastOnlyWhereNoGrantNamesTheGroup) {
  Picture picture = Picture().WithMember("group:mail", "unix:a").WithMember("group:mail", "unix:b");
  const auto remove = [&](const std::vector<const char*>& texts) {
    return DecideRemoveMembers(picture.Get(), Admin(), Mail(), Members(texts));
  };
  const Grant grant{Grantee(Mail()), Verb::kSign, ScopeOf("*", "")};
  picture.With(grant);
  EXPECT_EQ(ReasonOf(remove({"unix:c"})), "MEMBER_UNKNOWN");
  EXPECT_EQ(ReasonOf(remove({})), "GROUP_IN_USE");
  EXPECT_EQ(ReasonOf(remove({"unix:a", "unix:b"})), "GROUP_IN_USE");
  picture.After(remove({"unix:a"}).value());
  EXPECT_EQ(ReasonOf(remove({"unix:b"})), "GROUP_IN_USE");
  picture.After({{RemoveGrant{grant}}, {}});
  picture.After(remove({}).value());
  EXPECT_EQ(KindOf(picture.Get().contents, Mail()), std::nullopt);
  EXPECT_EQ(ReasonOf(remove({})), "GROUP_UNKNOWN");
}

TEST(RemoveMembers, OfDomainsThatAGrantIsOn) {
  const View view = Picture()
                        .With("example.com")
                        .WithMember("group:payroll", "example.com")
                        .Grants("unix:a", Verb::kSign, "group:payroll")
                        .Get();
  EXPECT_EQ(
      ReasonOf(DecideRemoveMembers(view, Admin(), GroupName::Parse("group:payroll").value(), {})),
      "GROUP_IN_USE");
}

TEST(Groups, OnlyWhoAdministersEverything) {
  const View view = Picture()
                        .With("example.com")
                        .WithMember("group:mail", "unix:a")
                        .Grants("unix:com", Verb::kAdminister, "example.com", "*")
                        .Get();
  for (const Identity& caller : {Stranger(), IdentityOf("unix:com")}) {
    EXPECT_EQ(ReasonOf(DecideAddMembers(view, caller, Mail(), Members({"unix:b"}))), "NO_GRANT");
    EXPECT_EQ(ReasonOf(DecideRemoveMembers(view, caller, Mail(), {})), "NO_GRANT");
    EXPECT_EQ(ReasonOf(DecideRemoveMembers(view, caller, GroupName::Parse("group:x").value(), {})),
              "NO_GRANT");
  }
}

}  // namespace
}  // namespace dkimkeeper
