// Random test input that can be had again: the seed is in every failure's trace.
#ifndef TESTS_UNIT_PROTO_SEEDED_RANDOM_H_
#define TESTS_UNIT_PROTO_SEEDED_RANDOM_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace dkimkeeper {

// Not thread-safe.
class SeededRandom {
 public:
  // A new seed each run; `--gtest_random_seed=N` brings one back.
  SeededRandom() : seed_(ChooseSeed()), engine_(seed_) {}

  [[nodiscard]] std::string Trace() const {
    return "run again with --gtest_random_seed=" + std::to_string(seed_);
  }

  [[nodiscard]] std::size_t Number(std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(engine_);
  }

  [[nodiscard]] bool Coin() { return Number(0, 1) == 1; }

  // `low` to `high` characters of the alphabet.
  [[nodiscard]] std::string Text(std::string_view alphabet, std::size_t low, std::size_t high) {
    std::string text(Number(low, high), '\0');
    for (char& c : text) c = alphabet[Number(0, alphabet.size() - 1)];
    return text;
  }

  // Any octets.
  [[nodiscard]] std::string Bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(Number(0, 255));
    return bytes;
  }

 private:
  static unsigned ChooseSeed() {
    const int given = testing::GTEST_FLAG(random_seed);
    return given != 0 ? static_cast<unsigned>(given) : std::random_device()() % 99999 + 1;
  }

  unsigned seed_;
  std::mt19937 engine_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_PROTO_SEEDED_RANDOM_H_
