// Chance, from a seed: the same history each time.
#ifndef TESTS_PROPERTY_CHANCE_H_
#define TESTS_PROPERTY_CHANCE_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/property/agenda.h"

namespace dkimkeeper::sim {

// Not thread-safe.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] bool Of(double probability) { return Unit() < probability; }
  // 0 to `count` - 1.
  [[nodiscard]] std::size_t Below(std::size_t count) { return engine_() % count; }
  [[nodiscard]] std::uint64_t Bits() { return engine_(); }

  template <typename T>
  [[nodiscard]] const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

  // Seconds are as likely as minutes, hours and days: evenly distributed by order of magnitude.
  [[nodiscard]] Span Between(Span least, Span most) {
    const double ratio = static_cast<double>(most.count()) / static_cast<double>(least.count());
    return Span(
        static_cast<Span::rep>(static_cast<double>(least.count()) * std::pow(ratio, Unit())));
  }
  // The time to the next of events that come `mean` apart on average (exponential).
  [[nodiscard]] Span Until(Span mean) {
    return Span(static_cast<Span::rep>(-std::log1p(-Unit()) * static_cast<double>(mean.count()))) +
           Span(1);
  }

 private:
  // From 0 to below 1; std::uniform_real_distribution differs between libraries.
  double Unit() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }

  std::mt19937_64 engine_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_CHANCE_H_
