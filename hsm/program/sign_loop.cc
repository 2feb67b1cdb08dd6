#include "hsm/program/sign_loop.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <thread>
#include <utility>
#include <vector>

#include "hsm/pkcs11/digest_info.h"
#include "hsm/pkcs11/find_objects.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Clock = std::chrono::steady_clock;
using pkcs11::Attempt;

struct Run {
  std::vector<double> latencies_us;
  std::optional<Error> error;
};

double ProcessCpuMicroseconds() {
  timespec now = {};
  static_cast<void>(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now));
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double Microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

Attempt<void> SignOnce(const pkcs11::Session& session, CK_OBJECT_HANDLE key, Algorithm algorithm) {
  const bool rsa = algorithm == Algorithm::kRsaSha256;
  pkcs11::DigestInfo info = pkcs11::Sha256DigestInfo(Sha256Digest(std::array<std::uint8_t, 32>{}));
  const std::size_t skipped = rsa ? 0 : info.size() - Sha256Digest::kSize;
  std::array<unsigned char, 1024> signature;
  CK_ULONG size = signature.size();
  CK_MECHANISM mechanism = {rsa ? CKM_RSA_PKCS : CKM_EDDSA, nullptr, 0};
  CK_RV rv = session.calls().C_SignInit(session.handle(), &mechanism, key);
  if (rv != CKR_OK) return pkcs11::TokenSaid(rv, "C_SignInit");
  rv = session.calls().C_Sign(session.handle(), info.data() + skipped, info.size() - skipped,
                              signature.data(), &size);
  if (rv != CKR_OK) return pkcs11::TokenSaid(rv, "C_Sign");
  return {};
}

Attempt<void> SignUntil(Clock::time_point end, pkcs11::Connection& connection, const TokenKey& key,
                        std::vector<double>& latencies_us) {
  auto lease = connection.pool().Take(pkcs11::Access::kReadOnly, end);
  if (!lease) return PassOn(lease);
  const auto handles = pkcs11::FindHandles(lease->session(), key.id);
  if (!handles) return PassOn(handles);
  if (handles->private_halves.empty()) {
    return pkcs11::Refuse(Code::kNotFound, reason::kTokenKeyUnknown,
                          "The token has no key " + key.id.ToHex() + ".");
  }
  for (Clock::time_point before = Clock::now(); before < end;) {
    Attempt<void> done =
        SignOnce(lease->session(), handles->private_halves.front(), key.public_key.algorithm);
    if (!done) return done;
    const Clock::time_point after = Clock::now();
    latencies_us.push_back(Microseconds(after - before));
    before = after;
  }
  return {};
}

double Quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

Measurement Summarise(std::vector<double> latencies_us, double elapsed_us, double cpu_us) {
  std::ranges::sort(latencies_us);
  const auto count = static_cast<double>(std::max<std::size_t>(latencies_us.size(), 1));
  return {.signatures = latencies_us.size(),
          .per_second = static_cast<double>(latencies_us.size()) / elapsed_us * 1e6,
          .p50_us = Quantile(latencies_us, 0.50),
          .p99_us = Quantile(latencies_us, 0.99),
          .cpu_us = cpu_us / count};
}

}  // namespace

Result<Measurement> MeasureSigning(pkcs11::Connection& connection, const TokenKey& key,
                                   unsigned threads, std::chrono::seconds duration) {
  std::vector<Run> runs(threads);
  const double cpu_before = ProcessCpuMicroseconds();
  const Clock::time_point begin = Clock::now();
  {
    std::vector<std::jthread> workers;
    workers.reserve(threads);
    for (Run& run : runs) {
      workers.emplace_back([&] {
        Attempt<void> done = SignUntil(begin + duration, connection, key, run.latencies_us);
        if (!done) run.error = std::move(done.error().error);
      });
    }
  }
  const double elapsed_us = Microseconds(Clock::now() - begin);
  const double cpu_us = ProcessCpuMicroseconds() - cpu_before;
  std::vector<double> latencies_us;
  for (const Run& run : runs) {
    if (run.error) return tl::unexpected<Error>(*run.error);
    latencies_us.insert(latencies_us.end(), run.latencies_us.begin(), run.latencies_us.end());
  }
  Measurement measured = Summarise(std::move(latencies_us), elapsed_us, cpu_us);
  measured.algorithm = key.public_key.algorithm;
  measured.rsa_bits = key.rsa_bits;
  measured.threads = threads;
  return measured;
}

}  // namespace dkimkeeper
