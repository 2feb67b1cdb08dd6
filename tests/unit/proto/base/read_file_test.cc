#include "proto/base/read_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace dkimkeeper {
namespace {

TEST(ReadFileTest, WholeUpToTheBound) {
  const std::string path = testing::TempDir() + "/read_file_test";
  const std::string text(10'000, '\n');
  std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(ReadFile(path, text.size()), text);
  const auto refused = ReadFile(path, text.size() - 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "larger than 9999 bytes");
  EXPECT_EQ(std::remove(path.c_str()), 0);
}

TEST(ReadFileTest, SaysWhatTheSystemSays) {
  EXPECT_EQ(ReadFile("/nonexistent", 1).error().message, "No such file or directory");
  EXPECT_EQ(ReadFile("/", 1).error().message, "Is a directory");
}

}  // namespace
}  // namespace dkimkeeper
