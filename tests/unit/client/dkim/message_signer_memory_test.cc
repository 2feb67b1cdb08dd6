// Memory does not grow with the body. Counts what operator new hands out.
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/fakes/echo_signer.h"
#include "tests/unit/client/dkim/support.h"

namespace {

std::atomic<std::size_t> live_bytes = 0;
std::atomic<std::size_t> peak_bytes = 0;

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  const std::size_t live = live_bytes += malloc_usable_size(memory);
  if (live > peak_bytes) peak_bytes = live;
  return memory;
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept { operator delete(memory); }

namespace dkimkeeper {
namespace {

// The most that was allocated at once while `size` octets of `pattern` went through as a body.
std::size_t PeakFor(std::string_view pattern, std::size_t size) {
  std::string chunk;
  while (chunk.size() < 65536) chunk += pattern;
  EchoSigner signer;
  const std::size_t before = live_bytes;
  peak_bytes = before;
  const auto message = MessageSigner::Create(SpecsForAllPairs(), {}, signer).value();
  EXPECT_TRUE(message->Append("From: a@example.com\r\n\r\n").has_value());
  for (std::size_t fed = 0; fed < size; fed += chunk.size()) {
    EXPECT_TRUE(message->Append(chunk).has_value());
  }
  EXPECT_TRUE(message->Append("the end").has_value());
  EXPECT_TRUE(message->Finish().has_value());
  return peak_bytes - before;
}

class MemoryTest : public ::testing::TestWithParam<std::string> {};

TEST_P(MemoryTest, TwentyMegabytesNeedWhatSixtyFourKilobytesNeed) {
  const std::size_t small = PeakFor(GetParam(), 65536);
  EXPECT_LT(small, 128U * 1024);
  EXPECT_LE(PeakFor(GetParam(), 20'000'000), small);
}

INSTANTIATE_TEST_SUITE_P(Patterns, MemoryTest,
                         ::testing::Values("A line of ordinary text.\r\n", "\r\n", " \t", "x",
                                           " \r\n"),
                         [](const ::testing::TestParamInfo<std::string>& row) {
                           return "Pattern" + std::to_string(row.index);
                         });

TEST(MemoryTest, HeaderWithoutEndStopsAtTheBound) {
  EchoSigner signer;
  const std::string chunk(65536, 'x');
  peak_bytes = live_bytes.load();
  const std::size_t before = live_bytes;
  const auto message = MessageSigner::Create({SpecFor()}, {}, signer).value();
  ASSERT_TRUE(message->Append("From: a@example.com\r\nX: ").has_value());
  int taken = 0;
  while (taken < 1000 && message->Append(chunk).has_value()) ++taken;
  EXPECT_LT(taken, 17);
  EXPECT_LT(peak_bytes - before, 4U << 20);
}

}  // namespace
}  // namespace dkimkeeper
