// Records of the audit log, and what was found out about them, for programs and for people.
#ifndef CLIENT_CLI_AUDIT_VIEWS_H_
#define CLIENT_CLI_AUDIT_VIEWS_H_

#include <string>
#include <vector>

#include "client/audit/log_reader.h"
#include "client/audit/message_digests.h"
#include "client/audit/verification.h"
#include "client/cli/json.h"
#include "client/cli/table.h"

namespace dkimkeeper {

[[nodiscard]] Json ToJson(const LoggedRecord& logged);
// Without line ends in it, with one at its end.
[[nodiscard]] std::string JsonLine(const LoggedRecord& logged);

// Columns of RecordRow; the log's name with several logs only.
[[nodiscard]] TableRow RecordHeader(bool several_logs);
[[nodiscard]] TableRow RecordRow(const LoggedRecord& logged, bool several_logs);

[[nodiscard]] Json ToJson(const Verification& verification, const std::string& folder);
[[nodiscard]] std::string RenderVerification(const Verification& verification,
                                             const std::string& folder);

// One digest, and the records of it. `signature` is of the message, where there was one.
struct SignedDigest {
  Sha256Digest digest;
  std::optional<SignatureDigest> signature;
  std::vector<LoggedRecord> records;
};
[[nodiscard]] Json ToJson(const SignedDigest& signed_digest);
[[nodiscard]] std::string RenderSignedDigest(const SignedDigest& signed_digest);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_AUDIT_VIEWS_H_
