// What a Pkcs11Token costs: CPU time per signature on one thread, beside the bare C_SignInit and
// C_Sign on the same key of a throwaway SoftHSM token, in the same run.
//
//   token_bench [SIGNATURES]      (default 2000 of each kind)
#include <ctime>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "hsm/pkcs11/digest_info.h"
#include "hsm/pkcs11/find_objects.h"
#include "hsm/pkcs11/pkcs11_token.h"
#include "tests/fakes/softhsm_token_dir.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr int kRounds = 20;

double ThreadCpuMicroseconds() {
  timespec now = {};
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) std::abort();
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

template <typename T, typename E>
T Must(tl::expected<T, E> value, const char* what) {
  if (!value) throw std::runtime_error(std::string(what) + " failed");
  return std::move(*value);
}

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::minutes(1); }

// A token, and the same module without anything of ours around it.
class Bench {
 public:
  Bench() {
    const Pkcs11Options options{.name = "bench",
                                .module_path = SoftHsmTokenDir::module_path(),
                                .token = {.label = softhsm_.label()},
                                .pin = PinReference::File(softhsm_.pin_file())};
    token_ =
        Must(Pkcs11Token::Open(options, [this](CK_FUNCTION_LIST& list) { calls_ = list; }), "Open");
  }

  void Compare(Algorithm algorithm, int signatures) {
    const KeySpec spec{.id = KeyId::Random(), .algorithm = algorithm, .label = "dkim:bench:s"};
    Must(token_->GenerateKeyPair(spec, Soon()), "GenerateKeyPair");
    CK_SLOT_ID slot = 0;
    CK_ULONG slots = 2;
    std::array<CK_SLOT_ID, 2> ids = {};
    calls_.C_GetSlotList(CK_TRUE, ids.data(), &slots);
    slot = ids[0];
    const Session session = Must(Session::Open(calls_, slot, Access::kReadOnly), "C_OpenSession");
    const CK_OBJECT_HANDLE key = Must(FindHandles(session, spec.id), "find").private_halves.at(0);

    const Sha256Digest digest = DigestOf("mail");
    const auto bare = [&] { SignBare(session, key, algorithm, digest); };
    const auto whole = [&] { Must(token_->Sign(spec.id, digest, Soon()), "Sign"); };
    bare();
    whole();
    Report(algorithm, signatures, bare, whole);
  }

 private:
  void SignBare(const Session& session, CK_OBJECT_HANDLE key, Algorithm algorithm,
                const Sha256Digest& digest) const {
    const bool rsa = algorithm == Algorithm::kRsaSha256;
    DigestInfo info = Sha256DigestInfo(digest);
    std::array<unsigned char, 512> signature;
    CK_ULONG size = signature.size();
    CK_MECHANISM mechanism = {rsa ? CKM_RSA_PKCS : CKM_EDDSA, nullptr, 0};
    unsigned char* input = rsa ? info.data() : info.data() + info.size() - Sha256Digest::kSize;
    const CK_ULONG input_size = rsa ? info.size() : Sha256Digest::kSize;
    if (calls_.C_SignInit(session.handle(), &mechanism, key) != CKR_OK ||
        calls_.C_Sign(session.handle(), input, input_size, signature.data(), &size) != CKR_OK) {
      throw std::runtime_error("C_Sign failed");
    }
  }

  // The median of rounds that alternate, so that a noisy moment hits both.
  static void Report(Algorithm algorithm, int signatures, const std::function<void()>& bare,
                     const std::function<void()>& whole) {
    std::array<std::vector<double>, 2> costs;
    const int each = std::max(1, signatures / kRounds);
    for (int round = 0; round < kRounds; ++round) {
      for (std::size_t kind = 0; kind < costs.size(); ++kind) {
        const double begin = ThreadCpuMicroseconds();
        for (int i = 0; i < each; ++i) (kind == 0 ? bare : whole)();
        costs[kind].push_back((ThreadCpuMicroseconds() - begin) / each);
      }
    }
    for (std::vector<double>& cost : costs) std::sort(cost.begin(), cost.end());
    const double bare_us = costs[0][kRounds / 2];
    const double whole_us = costs[1][kRounds / 2];
    std::printf("%-15s bare C_Sign %7.1f us   Pkcs11Token::Sign %7.1f us   ratio %.3f\n",
                std::string(AlgorithmName(algorithm)).c_str(), bare_us, whole_us,
                whole_us / bare_us);
  }

  SoftHsmTokenDir softhsm_;
  CK_FUNCTION_LIST calls_ = {};
  std::unique_ptr<Token> token_;
};

}  // namespace
}  // namespace dkimkeeper::pkcs11

// What is thrown ends it with its message: that is all a bench wants.
int main(int argc, char** argv) {                               // NOLINT(bugprone-exception-escape)
  const int signatures = argc > 1 ? std::atoi(argv[1]) : 2000;  // NOLINT(cert-err34-c)
  dkimkeeper::pkcs11::Bench bench;
  bench.Compare(dkimkeeper::Algorithm::kRsaSha256, signatures);
  bench.Compare(dkimkeeper::Algorithm::kEd25519Sha256, signatures);
  return 0;
}
