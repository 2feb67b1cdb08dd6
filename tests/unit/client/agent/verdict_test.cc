#include "client/agent/verdict.h"

#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

TEST(VerdictTest, WhatMustNotBeSigned) {
  EXPECT_EQ(Refused(Refusal::kReject, "malformed", "text"),
            (Verdict{Action::kReject, "text", "malformed"}));
  EXPECT_EQ(Refused(Refusal::kUnsigned, "malformed", "text"),
            (Verdict{Action::kAccept, "", "malformed"}));
}

TEST(VerdictTest, WhatIsNotSignedFollowsTheDomainsPolicy) {
  const Error away{Code::kUnavailable, std::string(reason::kServerAway), "the inner address"};
  const Verdict deferred = NotSigned(FailPolicy::kTempfail, away);
  EXPECT_EQ(deferred.action, Action::kTempfail);
  EXPECT_EQ(deferred.result, "SERVER_AWAY");
  EXPECT_EQ(deferred.text.find("inner"), std::string::npos) << "not for strangers";
  EXPECT_EQ(NotSigned(FailPolicy::kUnsigned, away), (Verdict{Action::kAccept, "", "SERVER_AWAY"}));
}

}  // namespace
}  // namespace dkimkeeper
