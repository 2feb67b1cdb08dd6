// Carries changes of the operator's TLS files over to the private copy, once they are right.
#ifndef SERVER_TLS_CERTIFICATE_RELOADER_H_
#define SERVER_TLS_CERTIFICATE_RELOADER_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "proto/result.h"
#include "server/base/alarms.h"
#include "server/tls/certificate_files.h"
#include "server/tls/private_copy.h"

namespace dkimkeeper {

// The alarm of a set that is refused; its subject is the path of the certificate.
inline constexpr std::string_view kTlsRefusedAlarm = "tls.refused";

enum class CertificateChange : std::uint8_t {
  kNone,       // the set in force is the operator's
  kSettling,   // the files changed since the last look: they may still be being written
  kPublished,  // a new set is in force
  kRefused,    // the operator's set is not right (or the one in force expired); the alarm stands
};

// Not thread-safe: one loop calls it, every [tls] reload.
//
// A change is taken over at the second look that sees the same bytes. So a writer that replaces the
// files one by one, or writes them slowly, neither gets half a set published nor raises an alarm.
class CertificateReloader {
 public:
  // Publishes the first set at once. FAILED_PRECONDITION/BAD_CERTIFICATE: it is not right; and the
  // errors of PrivateCopy::Publish. `copy` and `alarms` must outlive this.
  [[nodiscard]] static Result<std::unique_ptr<CertificateReloader>> Start(
      CertificatePaths paths, PrivateCopy& copy, AlarmBoard& alarms,
      std::chrono::system_clock::time_point now);

  // Looks at the files. Never stops serving: whatever is wrong, the set in force stays so.
  CertificateChange CheckNow(std::chrono::system_clock::time_point now);

  // Of the set in force.
  [[nodiscard]] std::chrono::system_clock::time_point expires() const { return facts_.expires; }

 private:
  CertificateReloader(CertificatePaths paths, PrivateCopy& copy, AlarmBoard& alarms)
      : paths_(std::move(paths)), copy_(copy), alarms_(alarms) {}

  // Validates and publishes.
  [[nodiscard]] Outcome TakeOver(const CertificateSet& set, const std::string& fingerprint,
                                 std::chrono::system_clock::time_point now);
  [[nodiscard]] Result<CertificateChange> Look(std::chrono::system_clock::time_point now);

  const CertificatePaths paths_;
  PrivateCopy& copy_;
  AlarmBoard& alarms_;
  CertificateFacts facts_{};
  std::string in_force_;   // fingerprint of the set that is served
  std::string last_seen_;  // fingerprint at the last look; empty: the files could not be read
};

}  // namespace dkimkeeper

#endif  // SERVER_TLS_CERTIFICATE_RELOADER_H_
