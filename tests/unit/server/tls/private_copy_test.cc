#include "server/tls/private_copy.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/tls/files.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr system_clock::time_point kNow{std::chrono::hours(500'000)};

mode_t ModeOf(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & mode_t{07777};
}

std::time_t TimeOf(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mtim.tv_sec;
}

class PrivateCopyTest : public testing::Test {
 protected:
  std::string In(const char* name) const { return (directory_.path() / name).string(); }
  std::unique_ptr<PrivateCopy> Open() const {
    auto copy = PrivateCopy::Open(In("tls"));
    EXPECT_TRUE(copy) << copy.error().message;
    return std::move(*copy);
  }
  std::size_t SetsThere() const {
    std::size_t sets = 0;
    for (const auto& entry : fs::directory_iterator(In("tls"))) {
      sets += entry.is_directory() && !entry.is_symlink() ? 1U : 0U;
    }
    return sets;
  }

  const TempDir directory_;
};

TEST_F(PrivateCopyTest, PublishedSetIsReadAtItsPathsByNobodyElse) {
  const auto copy = Open();
  ASSERT_TRUE(copy->Publish({"cert", "key", "ca"}, kNow));
  EXPECT_EQ(ReadText(copy->paths().certificate), "cert");
  EXPECT_EQ(ReadText(copy->paths().key), "key");
  EXPECT_EQ(ReadText(copy->paths().client_ca), "ca");
  EXPECT_EQ(ModeOf(In("tls")), mode_t{0700});
  EXPECT_EQ(ModeOf(fs::path(copy->paths().key).parent_path()), mode_t{0700});
  EXPECT_EQ(ModeOf(copy->paths().key), mode_t{0600});
}

TEST_F(PrivateCopyTest, NextSetReplacesAllThreeAtOnceAndTheOldOneGoes) {
  const auto copy = Open();
  const CertificatePaths before = copy->paths();
  ASSERT_TRUE(copy->Publish({"cert1", "key1", "ca1"}, kNow));
  ASSERT_TRUE(copy->Publish({"cert2", "key2", "ca2"}, kNow));
  EXPECT_EQ(copy->paths().key, before.key);
  EXPECT_EQ(ReadText(copy->paths().certificate) + ReadText(copy->paths().key), "cert2key2");
  EXPECT_EQ(SetsThere(), 1U);
}

TEST_F(PrivateCopyTest, SetsOfOneSecondHaveDifferentTimes) {
  const auto copy = Open();
  ASSERT_TRUE(copy->Publish({"c", "k", "a"}, kNow));
  const auto first = TimeOf(copy->paths().key);
  EXPECT_EQ(first, system_clock::to_time_t(kNow));
  ASSERT_TRUE(copy->Publish({"c", "k", "a"}, kNow + milliseconds(1)));
  EXPECT_EQ(TimeOf(copy->paths().key), first + 1);
  EXPECT_EQ(TimeOf(copy->paths().certificate), first + 1);
}

TEST_F(PrivateCopyTest, SetThatCannotBeWrittenLeavesTheOldOneInForce) {
  const auto copy = Open();
  ASSERT_TRUE(copy->Publish({"cert1", "key1", "ca1"}, kNow));
  // Where the next set would go stands a file.
  WriteText(In("tls/set-2"), "");
  const auto refused = copy->Publish({"cert2", "key2", "ca2"}, kNow);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("File exists"));
  EXPECT_EQ(ReadText(copy->paths().certificate) + ReadText(copy->paths().key), "cert1key1");
}

TEST_F(PrivateCopyTest, RemovesItsFilesAtTheEndAndWhatAnEarlierRunLeft) {
  {
    ASSERT_TRUE(Open()->Publish({"c", "k", "a"}, kNow));
  }
  EXPECT_TRUE(fs::is_empty(In("tls")));

  fs::create_directory(In("tls/set-7"));
  WriteText(In("tls/set-7/key.pem"), "old key");
  WriteText(In("tls/notes"), "somebody's");
  fs::create_symlink("set-7", In("tls/current"));
  ::chmod(In("tls").c_str(), 0755);
  const auto copy = Open();
  EXPECT_FALSE(fs::exists(In("tls/set-7")));
  EXPECT_FALSE(fs::exists(fs::symlink_status(In("tls/current"))));
  EXPECT_EQ(ReadText(In("tls/notes")), "somebody's");
  EXPECT_EQ(ModeOf(In("tls")), mode_t{0700});
}

TEST_F(PrivateCopyTest, SecondUserOfTheDirectoryIsRefusedAndHarmsNothing) {
  const auto copy = Open();
  ASSERT_TRUE(copy->Publish({"c", "k", "a"}, kNow));
  const auto second = PrivateCopy::Open(In("tls"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "BAD_CONFIG");
  EXPECT_THAT(second.error().message, testing::HasSubstr("another daemon uses it"));
  EXPECT_EQ(ReadText(copy->paths().key), "k");
}

TEST_F(PrivateCopyTest, DirectoryWithoutParentAndSymbolicLinkAreRefused) {
  EXPECT_FALSE(PrivateCopy::Open(In("missing/tls")));
  fs::create_directory(In("real"));
  fs::create_directory_symlink(In("real"), In("link"));
  EXPECT_FALSE(PrivateCopy::Open(In("link")));
}

}  // namespace
}  // namespace dkimkeeper
