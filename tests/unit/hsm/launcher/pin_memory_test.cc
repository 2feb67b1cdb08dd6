#include "hsm/launcher/pin_memory.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/fakes/temp_dir.h"

namespace dkimkeeper::launcher {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr PinStamp kOld{1, 2, 3};
constexpr PinStamp kNew{1, 2, 4};

class PinMemoryTest : public testing::Test {
 protected:
  [[nodiscard]] std::string folder() const { return (dir_.path() / "state").string(); }
  [[nodiscard]] fs::path file() const { return dir_.path() / "state" / "refused-pins"; }

  PinMemory Opened() {
    auto memory = PinMemory::Open(folder());
    EXPECT_TRUE(memory) << memory.error().message;
    return *std::move(memory);
  }
  void Write(const std::string& text) {
    fs::create_directory(folder());
    std::ofstream(file()) << text;
  }

  TempDir dir_;
};

TEST_F(PinMemoryTest, KnowsNothingAtFirst) {
  EXPECT_FALSE(Opened().Refused("main", kOld));
  EXPECT_EQ(fs::status(folder()).permissions(), fs::perms::owner_all);
}

TEST_F(PinMemoryTest, OneTokensPinAndStamp) {
  PinMemory memory = Opened();
  ASSERT_TRUE(memory.Remember("main", kOld));
  EXPECT_TRUE(memory.Refused("main", kOld));
  EXPECT_FALSE(memory.Refused("main", kNew));
  EXPECT_FALSE(memory.Refused("other", kOld));
}

TEST_F(PinMemoryTest, RemembersAcrossRestarts) {
  ASSERT_TRUE(Opened().Remember("main", kOld));
  ASSERT_TRUE(Opened().Remember("other", kNew));
  EXPECT_TRUE(Opened().Refused("main", kOld));
  EXPECT_TRUE(Opened().Refused("other", kNew));
}

TEST_F(PinMemoryTest, TheNewestStampStays) {
  PinMemory memory = Opened();
  ASSERT_TRUE(memory.Remember("main", kOld));
  ASSERT_TRUE(memory.Remember("main", kNew));
  EXPECT_FALSE(Opened().Refused("main", kOld));
  EXPECT_TRUE(Opened().Refused("main", kNew));
}

TEST_F(PinMemoryTest, ForgetsWhatItIsToldTo) {
  PinMemory memory = Opened();
  ASSERT_TRUE(memory.Remember("main", kOld));
  ASSERT_TRUE(memory.Remember("other", kOld));
  ASSERT_TRUE(memory.Forget("main"));
  EXPECT_FALSE(memory.Refused("main", kOld));
  EXPECT_FALSE(Opened().Refused("main", kOld));
  EXPECT_TRUE(Opened().Refused("other", kOld));
  EXPECT_TRUE(memory.Forget("never heard of"));
}

TEST_F(PinMemoryTest, TheFileIsForItsOwnerAlone) {
  ASSERT_TRUE(Opened().Remember("main", kOld));
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(PinMemoryTest, WhatCannotBeWrittenCountsAllTheSame) {
  PinMemory memory = Opened();
  fs::remove(folder());
  EXPECT_FALSE(memory.Remember("main", kOld));
  EXPECT_TRUE(memory.Refused("main", kOld));
}

TEST_F(PinMemoryTest, ADamagedFileStopsTheStart) {
  for (const char* text :
       {"main\n", "main 1 2\n", "main 1 2 x\n", "main 1 2 3 4\n", "\n", "main -- 2 3\n"}) {
    Write(text);
    const auto memory = PinMemory::Open(folder());
    ASSERT_FALSE(memory) << text;
    EXPECT_EQ(memory.error().reason, "BAD_CONFIG");
    EXPECT_THAT(memory.error().message, HasSubstr(file().string() + ","));
  }
}

TEST_F(PinMemoryTest, AFolderThatOthersWriteToIsRefused) {
  (void)Opened();
  ASSERT_EQ(::chmod(folder().c_str(), 0770), 0);
  const auto memory = PinMemory::Open(folder());
  ASSERT_FALSE(memory);
  EXPECT_THAT(memory.error().message, HasSubstr("somebody else"));
}

TEST_F(PinMemoryTest, ALinkInItsPlaceIsRefused) {
  fs::create_directory(dir_.path() / "elsewhere");
  fs::create_directory_symlink(dir_.path() / "elsewhere", folder());
  EXPECT_FALSE(PinMemory::Open(folder()));
}

TEST_F(PinMemoryTest, NeedsItsParent) {
  EXPECT_FALSE(PinMemory::Open((dir_.path() / "a" / "b").string()));
}

TEST_F(PinMemoryTest, AStampChangesWithTheFile) {
  const fs::path pin = dir_.path() / "pin";
  const auto stamp = [&] { return StampOf(Descriptor(::open(pin.c_str(), O_RDONLY | O_CLOEXEC))); };
  std::ofstream(pin) << "1234";
  const PinStamp first = stamp();
  EXPECT_EQ(stamp(), first);
  std::ofstream(dir_.path() / "new") << "1234";
  fs::rename(dir_.path() / "new", pin);
  EXPECT_NE(stamp(), first);
}

}  // namespace
}  // namespace dkimkeeper::launcher
