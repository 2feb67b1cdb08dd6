// Random numbers of OpenSSL from a seed, so that ids, selectors and keys are those of the last run.
#ifndef TESTS_PROPERTY_SEEDED_OPENSSL_H_
#define TESTS_PROPERTY_SEEDED_OPENSSL_H_

#include <cstdint>
#include <random>

namespace dkimkeeper::sim {

// For the whole process, which must not keep anything secret.
void SeedOpenSsl(std::uint64_t seed);

// While it lives, random numbers come from another seed; afterwards as if nothing had happened.
class OtherRandomNumbers {
 public:
  explicit OtherRandomNumbers(std::uint64_t seed);
  OtherRandomNumbers(const OtherRandomNumbers&) = delete;
  OtherRandomNumbers& operator=(const OtherRandomNumbers&) = delete;
  ~OtherRandomNumbers();

 private:
  std::mt19937_64 outer_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_SEEDED_OPENSSL_H_
