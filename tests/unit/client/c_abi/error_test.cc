#include "client/c_abi/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <ostream>
#include <stdexcept>

#include "tests/unit/client/c_abi/played_server.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Row {
  Code code;
  dkimkeeper_code number;
  const char* name;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class CodesTest : public testing::TestWithParam<Row> {};

// The numbers of google.rpc.Code.
INSTANTIATE_TEST_SUITE_P(
    All, CodesTest,
    testing::Values(
        Row{Code::kInvalidArgument, DKIMKEEPER_INVALID_ARGUMENT, "INVALID_ARGUMENT"},
        Row{Code::kUnauthenticated, DKIMKEEPER_UNAUTHENTICATED, "UNAUTHENTICATED"},
        Row{Code::kPermissionDenied, DKIMKEEPER_PERMISSION_DENIED, "PERMISSION_DENIED"},
        Row{Code::kNotFound, DKIMKEEPER_NOT_FOUND, "NOT_FOUND"},
        Row{Code::kFailedPrecondition, DKIMKEEPER_FAILED_PRECONDITION, "FAILED_PRECONDITION"},
        Row{Code::kResourceExhausted, DKIMKEEPER_RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED"},
        Row{Code::kUnavailable, DKIMKEEPER_UNAVAILABLE, "UNAVAILABLE"},
        Row{Code::kDeadlineExceeded, DKIMKEEPER_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"},
        Row{Code::kAlreadyExists, DKIMKEEPER_ALREADY_EXISTS, "ALREADY_EXISTS"},
        Row{Code::kAborted, DKIMKEEPER_ABORTED, "ABORTED"},
        Row{Code::kInternal, DKIMKEEPER_INTERNAL, "INTERNAL"}),
    [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

TEST_P(CodesTest, EachHasItsNumberAndName) {
  dkimkeeper_error* error = nullptr;
  EXPECT_EQ(Answer(Fail(GetParam().code, "SOME_REASON", "a sentence"), &error), GetParam().number);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(dkimkeeper_error_code(error), GetParam().number);
  EXPECT_STREQ(dkimkeeper_error_message(error), "a sentence");
  EXPECT_STREQ(dkimkeeper_code_name(GetParam().number), GetParam().name);
  dkimkeeper_error_free(error);
}

TEST(ErrorTest, ANumberThatIsNoneHasAName) {
  EXPECT_STREQ(dkimkeeper_code_name(DKIMKEEPER_OK), "OK");
  EXPECT_STREQ(dkimkeeper_code_name(static_cast<dkimkeeper_code>(2)), "UNKNOWN");
}

TEST(ErrorTest, SaysWhenToTryAgain) {
  PlayedClient client;
  client.server().away = true;
  dkimkeeper_keys* keys = nullptr;
  dkimkeeper_error* error = nullptr;
  EXPECT_EQ(dkimkeeper_list_keys(client.get(), nullptr, &keys, &error), DKIMKEEPER_UNAVAILABLE);
  EXPECT_EQ(dkimkeeper_error_retry_after_ms(error), 250);
  EXPECT_STREQ(dkimkeeper_error_message(error), "no server answers");
  EXPECT_EQ(TakeError(error), "UNAVAILABLE/SERVER_AWAY");
}

TEST(ErrorTest, ACallThatSucceedsLeavesNone) {
  const PlayedClient client;
  dkimkeeper_keys* keys = nullptr;
  dkimkeeper_error* error = nullptr;
  EXPECT_EQ(dkimkeeper_list_keys(nullptr, nullptr, &keys, &error), DKIMKEEPER_INVALID_ARGUMENT);
  dkimkeeper_error_free(error);
  EXPECT_EQ(dkimkeeper_list_keys(client.get(), nullptr, &keys, &error), DKIMKEEPER_OK);
  EXPECT_EQ(error, nullptr) << "a pointer to the error of before";
  dkimkeeper_keys_free(keys);
}

// What a library throws through a call.
TEST(ErrorTest, NoExceptionLeaves) {
  PlayedClient client;
  client.server().accident = [] { throw std::runtime_error("something secret"); };
  dkimkeeper_keys* keys = nullptr;
  dkimkeeper_error* error = nullptr;
  EXPECT_EQ(dkimkeeper_list_keys(client.get(), nullptr, &keys, &error), DKIMKEEPER_INTERNAL);
  EXPECT_THAT(dkimkeeper_error_message(error), Not(HasSubstr("secret")));
  EXPECT_EQ(TakeError(error), "INTERNAL/INTERNAL");
  EXPECT_EQ(keys, nullptr);
}

TEST(ErrorTest, WithoutMemoryThereIsTheCodeAlone) {
  PlayedClient client;
  client.server().accident = [] { throw std::bad_alloc(); };
  dkimkeeper_keys* keys = nullptr;
  dkimkeeper_error* error = nullptr;
  EXPECT_EQ(dkimkeeper_list_keys(client.get(), nullptr, &keys, &error),
            DKIMKEEPER_RESOURCE_EXHAUSTED);
  EXPECT_EQ(error, nullptr);
}

}  // namespace
}  // namespace dkimkeeper
