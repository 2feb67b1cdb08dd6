#include "tests/unit/client/dkim/support.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "client/dkim/header_parser.h"
#include "tests/fakes/echo_signer.h"

namespace dkimkeeper {

std::string Crlf(std::string_view text) {
  std::string crlf;
  for (const char c : text) {
    if (c == '\n') crlf.push_back('\r');
    crlf.push_back(c);
  }
  return crlf;
}

std::string VectorPath(const std::string& name) {
  return std::string(DKIMKEEPER_TEST_VECTORS) + "/" + name;
}

std::string ReadMessage(const std::string& name) {
  std::ifstream file(VectorPath(name), std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return Crlf(std::string(std::istreambuf_iterator<char>(file), {}));
}

SignatureSpec SpecFor(CanonicalizationPair canonicalization) {
  return {.domain = Domain::Parse("example.com").value(),
          .selector = Selector::Parse("sel").value(),
          .algorithm = Algorithm::kRsaSha256,
          .canonicalization = canonicalization};
}

std::vector<SignatureSpec> SpecsForAllPairs() {
  std::vector<SignatureSpec> specs;
  for (const CanonicalizationPair& pair : kAllPairs) {
    specs.push_back(SpecFor(pair));
    if (specs.size() % 2 == 0) specs.back().algorithm = Algorithm::kEd25519Sha256;
  }
  return specs;
}

Result<std::vector<std::string>> Sign(std::string_view message, std::vector<SignatureSpec> specs,
                                      MessageOptions options, DigestSigner& signer,
                                      std::span<const std::size_t> cuts) {
  auto message_signer = MessageSigner::Create(std::move(specs), std::move(options), signer);
  if (!message_signer) return Forward(message_signer);
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    if (Outcome fed = (*message_signer)->Append(message.substr(begin, cut - begin)); !fed) {
      return Forward(fed);
    }
    begin = cut;
  }
  if (Outcome fed = (*message_signer)->Append(message.substr(begin)); !fed) return Forward(fed);
  return (*message_signer)->Finish();
}

Result<std::vector<std::string>> SignEcho(std::string_view message,
                                          std::vector<SignatureSpec> specs,
                                          const MessageOptions& options,
                                          std::span<const std::size_t> cuts) {
  EchoSigner signer;
  return Sign(message, std::move(specs), options, signer, cuts);
}

SignatureField ParseEmitted(std::string_view field) {
  constexpr std::string_view kName = "DKIM-Signature:";
  EXPECT_TRUE(field.starts_with(kName)) << field;
  EXPECT_TRUE(field.ends_with("\r\n")) << field;
  const Result<SignatureField> parsed =
      ParseSignatureField(field.substr(kName.size(), field.size() - kName.size() - 2));
  EXPECT_TRUE(parsed.has_value()) << field;
  return parsed.value();
}

HeaderBlock BlockOf(std::string_view header) {
  HeaderBlock block(1 << 20);
  HeaderParser parser(BareNewline::kRefuse, block);
  EXPECT_TRUE(parser.Append(Crlf(header)).has_value());
  EXPECT_TRUE(parser.Finish().has_value());
  return block;
}

}  // namespace dkimkeeper
