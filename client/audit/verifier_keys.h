// The keys of logs, and checkpoints that were kept elsewhere, as files.
#ifndef CLIENT_AUDIT_VERIFIER_KEYS_H_
#define CLIENT_AUDIT_VERIFIER_KEYS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "proto/audit/signed_note.h"
#include "proto/result.h"

namespace dkimkeeper {

// One key a line; empty lines do not count. INVALID_ARGUMENT/BAD_OPTION with the path: it cannot be
// read, holds none, or a line is no key.
[[nodiscard]] Result<std::vector<VerifierKey>> ReadVerifierKeys(const std::filesystem::path& path);

// A checkpoint as a daemon, a store or a witness gives it out, or several as they stand in a log's
// own file. INVALID_ARGUMENT/BAD_OPTION with the path: it cannot be read, or is anything else.
[[nodiscard]] Result<std::vector<SignedNote>> ReadKnownCheckpoints(
    const std::filesystem::path& path);

}  // namespace dkimkeeper

#endif  // CLIENT_AUDIT_VERIFIER_KEYS_H_
