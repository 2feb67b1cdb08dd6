// What the tests of client/dkim share.
#ifndef TESTS_UNIT_CLIENT_DKIM_SUPPORT_H_
#define TESTS_UNIT_CLIENT_DKIM_SUPPORT_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/dkim/header_block.h"
#include "client/dkim/octet_sink.h"
#include "dkimkeeper/message_signer.h"
#include "proto/dkim/signature_field.h"

namespace dkimkeeper {

class StringSink final : public OctetSink {
 public:
  void Append(std::string_view octets) override { text.append(octets); }
  std::string text;
};

inline constexpr CanonicalizationPair kSimpleSimple{Canonicalization::kSimple,
                                                    Canonicalization::kSimple};
inline constexpr CanonicalizationPair kSimpleRelaxed{Canonicalization::kSimple,
                                                     Canonicalization::kRelaxed};
inline constexpr CanonicalizationPair kRelaxedSimple{Canonicalization::kRelaxed,
                                                     Canonicalization::kSimple};
inline constexpr CanonicalizationPair kRelaxedRelaxed{Canonicalization::kRelaxed,
                                                      Canonicalization::kRelaxed};
inline constexpr CanonicalizationPair kAllPairs[] = {kSimpleSimple, kSimpleRelaxed, kRelaxedSimple,
                                                     kRelaxedRelaxed};

// LF → CRLF.
[[nodiscard]] std::string Crlf(std::string_view text);

// A file of tests/vectors as it is; `ReadMessage` with CRLF.
[[nodiscard]] std::string VectorPath(const std::string& name);
[[nodiscard]] std::string ReadMessage(const std::string& name);

// example.com, selector "sel", RSA.
[[nodiscard]] SignatureSpec SpecFor(CanonicalizationPair canonicalization = kRelaxedRelaxed);
// One for each pair, RSA and Ed25519 in turn.
[[nodiscard]] std::vector<SignatureSpec> SpecsForAllPairs();

// All of `message` through MessageSigner::Append, split at the ascending positions `cuts`.
[[nodiscard]] Result<std::vector<std::string>> Sign(std::string_view message,
                                                    std::vector<SignatureSpec> specs,
                                                    MessageOptions options, DigestSigner& signer,
                                                    std::span<const std::size_t> cuts = {});
// The same with EchoSigner.
[[nodiscard]] Result<std::vector<std::string>> SignEcho(std::string_view message,
                                                        std::vector<SignatureSpec> specs,
                                                        const MessageOptions& options = {},
                                                        std::span<const std::size_t> cuts = {});

// The emitted field, parsed; the test fails where it is not one field of that name.
[[nodiscard]] SignatureField ParseEmitted(std::string_view field);

// The fields of "Name: value" lines with LF.
[[nodiscard]] HeaderBlock BlockOf(std::string_view header);

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_DKIM_SUPPORT_H_
