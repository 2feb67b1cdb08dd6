#include "client/cli/spool.h"

#include <gtest/gtest.h>

#include <string>

#include "proto/reason.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

std::string Replayed(Spool& spool) {
  std::string all;
  EXPECT_TRUE(spool.Replay([&](std::string_view bytes) {
    all += bytes;
    return Outcome();
  }));
  return all;
}

TEST(Spool, GivesBackWhatItGot) {
  const TempDir directory;
  Result<Spool> spool = Spool::Create(directory.path());
  ASSERT_TRUE(spool);
  EXPECT_EQ(Replayed(*spool), "");
  const std::string large(200'000, 'x');
  ASSERT_TRUE(spool->Append("one "));
  ASSERT_TRUE(spool->Append(large));
  EXPECT_EQ(Replayed(*spool), "one " + large);
  EXPECT_EQ(Replayed(*spool), "one " + large);
}

TEST(Spool, HasNoName) {
  const TempDir directory;
  const Result<Spool> spool = Spool::Create(directory.path());
  ASSERT_TRUE(spool);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(Spool, AReaderThatFailsEndsTheReplay) {
  const TempDir directory;
  Result<Spool> spool = Spool::Create(directory.path());
  ASSERT_TRUE(spool->Append(std::string(200'000, 'x')));
  int calls = 0;
  const Outcome outcome = spool->Replay([&](std::string_view /*bytes*/) -> Outcome {
    ++calls;
    return Fail(Code::kInternal, reason::kInternal, "enough");
  });
  EXPECT_FALSE(outcome);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace dkimkeeper
