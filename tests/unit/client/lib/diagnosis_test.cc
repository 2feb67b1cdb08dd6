#include "client/lib/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

TEST(Diagnosis, SaysWhatToCheck) {
  EXPECT_THAT(WhatToCheck("ipv4:127.0.0.1:1: Failed to connect: Connection refused"),
              HasSubstr("dkimkeeperd runs and listens"));
  EXPECT_THAT(WhatToCheck("SSL_ERROR_SSL: error:0A000086: certificate verify failed"),
              HasSubstr("CA file"));
  EXPECT_THAT(WhatToCheck("Hostname Verification Check failed: certificate verify failed"),
              HasSubstr("names this host"));
  EXPECT_THAT(WhatToCheck("Socket closed"), HasSubstr("refused this client's certificate"));
  EXPECT_THAT(WhatToCheck("something new"), HasSubstr("can be reached"));
}

TEST(Diagnosis, NamesEachAddressOnOneLine) {
  const std::array failures{AddressFailure{"a:1",
                                           "failed to connect to all addresses; last error: "
                                           "Connection refused"},
                            AddressFailure{"b:2", "timed\nout"}};
  const Error error = Unreachable(failures);
  EXPECT_EQ(error.code, Code::kUnavailable);
  EXPECT_EQ(error.reason, reason::kServerAway);
  EXPECT_THAT(error.message, HasSubstr("a:1 (Connection refused); check that dkimkeeperd"));
  EXPECT_THAT(error.message, HasSubstr("nor at b:2 (timed out); check the address"));
}

TEST(Diagnosis, NamesTheServerThatDidNotAnswer) {
  const Error error = NoAnswer("a:1", std::chrono::milliseconds(5000));
  EXPECT_EQ(error.code, Code::kDeadlineExceeded);
  EXPECT_THAT(error.message, HasSubstr("a:1 did not answer within 5000 ms"));
}

}  // namespace
}  // namespace dkimkeeper
