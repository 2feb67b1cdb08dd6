#include "server/tls/certificate_reloader.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

std::string Sha256(const std::string& text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
             EVP_sha256(), nullptr);
  return digest;
}

// Digests of the files, not the files: the key is not kept to be compared.
std::string FingerprintOf(const CertificateSet& set) {
  return Sha256(set.certificate) + Sha256(set.key) + Sha256(set.client_ca);
}

}  // namespace

Result<std::unique_ptr<CertificateReloader>> CertificateReloader::Start(CertificatePaths paths,
                                                                        PrivateCopy& copy,
                                                                        AlarmBoard& alarms,
                                                                        TimePoint now) {
  std::unique_ptr<CertificateReloader> reloader(
      new CertificateReloader(std::move(paths), copy, alarms));
  const auto set = ReadCertificateFiles(reloader->paths_);
  if (!set) return Forward(set);
  reloader->last_seen_ = FingerprintOf(*set);
  const auto taken = reloader->TakeOver(*set, reloader->last_seen_, now);
  if (!taken) return Forward(taken);
  return reloader;
}

Outcome CertificateReloader::TakeOver(const CertificateSet& set, const std::string& fingerprint,
                                      TimePoint now) {
  const auto facts = ValidateCertificates(set, paths_, now);
  if (!facts) return Forward(facts);
  if (auto published = copy_.Publish(set, now); !published) return published;
  facts_ = *facts;
  in_force_ = fingerprint;
  return {};
}

Result<CertificateChange> CertificateReloader::Look(TimePoint now) {
  const auto set = ReadCertificateFiles(paths_);
  const std::string fingerprint = set ? FingerprintOf(*set) : "";
  const bool settled = std::exchange(last_seen_, fingerprint) == fingerprint;
  if (!settled && fingerprint != in_force_) return CertificateChange::kSettling;
  if (!set) return Forward(set);
  if (fingerprint == in_force_) {
    if (now <= facts_.expires) return CertificateChange::kNone;
    const auto expired = ValidateCertificates(*set, paths_, now);
    return expired ? Result<CertificateChange>(CertificateChange::kNone) : Forward(expired);
  }
  if (const auto taken = TakeOver(*set, fingerprint, now); !taken) return Forward(taken);
  return CertificateChange::kPublished;
}

CertificateChange CertificateReloader::CheckNow(TimePoint now) {
  const auto change = Look(now);
  if (!change) {
    alarms_.Raise(kTlsRefusedAlarm, paths_.certificate, change.error().message, now);
    return CertificateChange::kRefused;
  }
  if (*change != CertificateChange::kSettling) {
    alarms_.Clear(kTlsRefusedAlarm, paths_.certificate, now);
  }
  return *change;
}

}  // namespace dkimkeeper
