// A block that is taken is its own canonical form's beginning and end: no octet after the empty b=,
// no field that h= does not name, and one From that is signed.
#include "server/signing/signed_headers.h"

#include "proto/dkim/ascii.h"
#include "server/signing/canonical_header.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  static const SignRequest kRequest{.domain = Domain::Parse("example.com").value(),
                                    .sender = {},
                                    .selector = Selector::Parse("s1").value(),
                                    .algorithm = Algorithm::kRsaSha256,
                                    .digest = Sha256Digest({}),
                                    .note = "",
                                    .by = SignedBy::kHeaders};
  const std::string_view block = FuzzText(data, size);
  const Timestamp now(std::chrono::milliseconds{1'767'227'400'000});
  if (!CheckSignedHeaders(block, kRequest, {}, now)) return 0;
  FuzzCheck(block.ends_with("b="), "ends with an empty b=");
  const auto header = CanonicalHeader::Split(block);
  const auto field = ParseSignatureField(header.value().signature.value);
  FuzzCheck(field->domain == kRequest.domain, "d= is what was asked for");
  FuzzCheck(header->fields.size() <= field->header_names.size(), "h= names each field");
  std::size_t froms = 0;
  for (const CanonicalField& one : header->fields) {
    froms += EqualsIgnoringAsciiCase(one.name, "from") ? 1 : 0;
  }
  FuzzCheck(froms == 1, "one From");
  return 0;
}
