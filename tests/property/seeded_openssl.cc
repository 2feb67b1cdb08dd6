#include "tests/property/seeded_openssl.h"

#define OPENSSL_SUPPRESS_DEPRECATED  // RAND_METHOD has no successor that is as small
#include <openssl/rand.h>

#include <utility>

namespace dkimkeeper::sim {
namespace {

std::mt19937_64& Engine() {
  static std::mt19937_64 engine;
  return engine;
}

int Bytes(unsigned char* bytes, int count) {
  for (int i = 0; i < count; ++i) bytes[i] = static_cast<unsigned char>(Engine()() >> 32U);
  return 1;
}

int Seed(const void* /*bytes*/, int /*count*/) { return 1; }
int Add(const void* /*bytes*/, int /*count*/, double /*entropy*/) { return 1; }
int Status() { return 1; }

}  // namespace

void SeedOpenSsl(std::uint64_t seed) {
  static const RAND_METHOD method{Seed, Bytes, nullptr, Add, Bytes, Status};
  Engine().seed(seed);
  RAND_set_rand_method(&method);
}

OtherRandomNumbers::OtherRandomNumbers(std::uint64_t seed)
    : outer_(std::exchange(Engine(), std::mt19937_64(seed))) {}

OtherRandomNumbers::~OtherRandomNumbers() { Engine() = outer_; }

}  // namespace dkimkeeper::sim
