// What a program outside the project writes to sign mail. Exits with 0 when all of it works.
#include "dkimkeeper/client.h"
#include "dkimkeeper/message_signer.h"

#include <string>
#include <vector>

using namespace dkimkeeper;

// Stands in for a Client: this program has no server.
class FixedSigner : public DigestSigner {
 public:
  std::vector<Result<std::string>> SignDigests(std::span<const DigestToSign> items) override {
    return std::vector<Result<std::string>>(items.size(), std::string(64, 's'));
  }
};

int main() {
  const auto client = Client::Connect(ClientOptions{});
  if (client || client.error().reason != "BAD_OPTION") return 1;
  FixedSigner fixed;
  const auto signer = MessageSigner::Create({{.domain = *Domain::Parse("example.com"),
                                              .selector = *Selector::Parse("s1"),
                                              .algorithm = Algorithm::kEd25519Sha256,
                                              .canonicalization = {}}},
                                            MessageOptions{}, fixed);
  if (!signer || !(*signer)->Append("From: joe@example.com\r\n\r\nHi.\r\n")) return 2;
  const auto fields = (*signer)->Finish();
  return fields && fields->at(0).starts_with("DKIM-Signature: ") ? 0 : 3;
}
