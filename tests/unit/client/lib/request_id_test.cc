#include "client/lib/request_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

TEST(RequestId, IsNewEachTimeAndFitsTheApi) {
  const Result<std::string> first = NewRequestId();
  const Result<std::string> second = NewRequestId();
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(first->size(), 32U);
  EXPECT_EQ(first->find_first_not_of("0123456789abcdef"), std::string::npos);
}

}  // namespace
}  // namespace dkimkeeper
