#include "hsm/pkcs11/pin_reference.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class PinFile : public testing::Test {
 protected:
  PinFile() {
    std::string pattern = fs::temp_directory_path() / "keeper-pin-XXXXXX";
    directory_ = mkdtemp(pattern.data());
  }
  ~PinFile() override { fs::remove_all(directory_); }
  PinFile(const PinFile&) = delete;
  PinFile& operator=(const PinFile&) = delete;

  PinReference Write(std::string_view content, mode_t mode = 0600) {
    std::ofstream(directory_ / "pin", std::ios::binary) << content;
    EXPECT_EQ(chmod((directory_ / "pin").c_str(), mode), 0);
    return PinReference::File(directory_ / "pin");
  }
  static std::string Text(const SecretBuffer& buffer) {
    return {buffer.secret().begin(), buffer.secret().end()};
  }

  fs::path directory_;
};

TEST_F(PinFile, IsReadWithoutItsLineEnd) {
  for (const std::string_view content : {"1234", "1234\n", "1234\r\n"}) {
    const Result<SecretBuffer> pin = Write(content).Read();
    ASSERT_TRUE(pin) << pin.error().message;
    EXPECT_EQ(Text(*pin), "1234");
  }
}

TEST_F(PinFile, KeepsEverythingElse) {
  for (const std::string_view content : {" 12 34 ", "12\n34", "1234\r"}) {
    const Result<SecretBuffer> pin = Write(content).Read();
    ASSERT_TRUE(pin);
    EXPECT_EQ(Text(*pin), content);
  }
  EXPECT_EQ(Text(*Write("1234\n\n").Read()), "1234\n");
}

TEST_F(PinFile, ThatIsEmptyIsRefused) {
  for (const std::string_view content : {"", "\n", "\r\n"}) {
    EXPECT_EQ(Write(content).Read().error().reason, reason::kPinRefused);
  }
}

TEST_F(PinFile, ThatIsTooLongIsRefused) {
  EXPECT_TRUE(Write(std::string(255, '1') + "\n").Read());
  EXPECT_FALSE(Write(std::string(256, '1')).Read());
  EXPECT_FALSE(Write(std::string(100'000, '1')).Read());
}

TEST_F(PinFile, ThatOthersCanOpenIsRefused) {
  for (const mode_t mode : {0604U, 0602U, 0644U, 0666U}) {
    const Result<SecretBuffer> pin = Write("1234", mode).Read();
    ASSERT_FALSE(pin) << mode;
    EXPECT_EQ(pin.error().reason, reason::kPinRefused);
    EXPECT_THAT(pin.error().message, HasSubstr("chmod"));
    EXPECT_THAT(pin.error().message, Not(HasSubstr("1234")));
  }
  EXPECT_TRUE(Write("1234", 0640).Read());
}

TEST_F(PinFile, ThatIsNoFileIsRefused) {
  EXPECT_EQ(PinReference::File(directory_ / "none").Read().error().reason, reason::kPinRefused);
  EXPECT_EQ(PinReference::File(directory_).Read().error().reason, reason::kPinRefused);
  ASSERT_EQ(mkfifo((directory_ / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(PinReference::File(directory_ / "fifo").Read().error().reason, reason::kPinRefused);
}

TEST_F(PinFile, IsASystemdCredentialByName) {
  Write("1234");
  const Result<PinReference> reference = PinReference::Credential(directory_, "pin");
  ASSERT_TRUE(reference) << reference.error().message;
  EXPECT_EQ(Text(*reference->Read()), "1234");
  for (const std::string_view name : {"", ".", "..", "../pin", "/etc/passwd"}) {
    EXPECT_EQ(PinReference::Credential(directory_, name).error().reason, reason::kBadOption);
  }
  EXPECT_EQ(PinReference::Credential("", "pin").error().reason, reason::kBadOption);
}

TEST_F(PinFile, HasAnotherStampWhenItIsReplaced) {
  const PinReference reference = Write("1234");
  const PinReference::Stamp before = reference.stamp();
  EXPECT_EQ(reference.stamp(), before);
  std::ofstream(directory_ / "new") << "5678";
  fs::rename(directory_ / "new", directory_ / "pin");
  EXPECT_NE(reference.stamp(), before);
  fs::remove(directory_ / "pin");
  EXPECT_EQ(reference.stamp(), PinReference::Stamp{});
}

TEST_F(PinFile, ThatIsOpenAlreadyIsReadFromItsBeginningEachTime) {
  Write("1234\n");
  const int file = open((directory_ / "pin").c_str(), O_RDONLY | O_CLOEXEC);
  const PinReference reference = PinReference::Descriptor(file);
  EXPECT_EQ(Text(*reference.Read()), "1234");
  EXPECT_EQ(Text(*reference.Read()), "1234");
  Write("5678\n", 0644);
  EXPECT_THAT(reference.Read().error().message, HasSubstr("chmod"));
  Write("5678\n", 0600);
  EXPECT_EQ(Text(*reference.Read()), "5678");
  close(file);
  EXPECT_EQ(reference.Read().error().reason, reason::kPinRefused);
}

TEST_F(PinFile, ThatIsOpenHasAnotherStampWhenItIsRewrittenButNotWhenItIsUnlinked) {
  Write("1234");
  const int file = open((directory_ / "pin").c_str(), O_RDONLY | O_CLOEXEC);
  const PinReference reference = PinReference::Descriptor(file);
  const PinReference::Stamp before = reference.stamp();
  fs::remove(directory_ / "pin");
  EXPECT_EQ(reference.stamp(), before);
  const timespec times[2] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};
  ASSERT_EQ(futimens(file, times), 0);
  EXPECT_NE(reference.stamp(), before);
  close(file);
}

TEST(SecretBuffer, MovesAndLeavesNothingBehind) {
  Result<SecretBuffer> buffer = SecretBuffer::Allocate();
  ASSERT_TRUE(buffer);
  buffer->storage()[0] = 'x';
  buffer->SetSize(1);
  const SecretBuffer moved = std::move(*buffer);
  EXPECT_EQ(moved.secret().size(), 1U);
  EXPECT_TRUE(buffer->storage().empty());  // NOLINT(bugprone-use-after-move): what is asked
  EXPECT_TRUE(buffer->secret().empty());
}

}  // namespace
}  // namespace dkimkeeper::pkcs11
