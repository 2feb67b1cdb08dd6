// The list of signing keys as text, for the copy that the agent keeps on disk. No secret is in it.
#ifndef CLIENT_AGENT_KEY_LIST_TEXT_H_
#define CLIENT_AGENT_KEY_LIST_TEXT_H_

#include <string>
#include <string_view>

#include "dkimkeeper/client.h"
#include "proto/result.h"

namespace dkimkeeper {

// A line for each key, between a first line with version and generation and a last one that counts
// them:
//
//   dkimkeeper-keys 1 42
//   example.com default s2026a rsa-sha256 tempfail -
//   example.com default s2025b rsa-sha256 tempfail 1767225600000
//   example.net default s2026c rsa-sha256 tempfail - headers
//   end 3
//
// Domain, sender, selector, algorithm, fail policy, and when it stops signing (milliseconds since
// 1970); then "headers" where the server signs no digest with it.
[[nodiscard]] std::string RenderKeyList(const SigningKeys& keys);

// Takes what RenderKeyList makes and nothing else: a file that is cut short, of another version or
// changed by hand is INVALID_ARGUMENT/BAD_DOCUMENT with the line's number.
[[nodiscard]] Result<SigningKeys> ParseKeyList(std::string_view text);

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_KEY_LIST_TEXT_H_
