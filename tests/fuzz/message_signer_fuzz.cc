// A message signs, or is refused, in one way however it is cut into chunks; what is emitted parses.
// The first octet chooses the options, the second the chunks.
#include "dkimkeeper/message_signer.h"

#include <algorithm>
#include <random>

#include "tests/fakes/echo_signer.h"
#include "tests/fuzz/fuzz_check.h"

namespace dkimkeeper {
namespace {

Result<std::vector<std::string>> Sign(std::uint8_t options, std::string_view message,
                                      std::minstd_rand* chunks) {
  const auto pick = [options](int bit) {
    return static_cast<Canonicalization>(options >> bit & 1);
  };
  const SignatureSpec spec{.domain = Domain::Parse("example.com").value(),
                           .selector = Selector::Parse("sel").value(),
                           .canonicalization = {pick(0), pick(1)}};
  EchoSigner echo;
  const auto signer = MessageSigner::Create(
      {spec}, {.bare_newline = static_cast<BareNewline>(options >> 2 & 1)}, echo);
  while (!message.empty()) {
    const std::size_t size = chunks == nullptr ? message.size() : (*chunks)() % 8;
    if (auto fed = (*signer)->Append(message.substr(0, size)); !fed) return Forward(fed);
    message.remove_prefix(std::min(size, message.size()));
  }
  return (*signer)->Finish();
}

}  // namespace
}  // namespace dkimkeeper

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  if (size < 2) return 0;
  std::minstd_rand chunks(data[1]);
  const auto whole = Sign(data[0], FuzzText(data + 2, size - 2), nullptr);
  const auto cut = Sign(data[0], FuzzText(data + 2, size - 2), &chunks);
  FuzzCheck(whole.has_value() == cut.has_value(), "chunks do not decide what is refused");
  if (!whole) {
    FuzzCheck(whole.error().message == cut.error().message, "one error for all chunks");
    return 0;
  }
  FuzzCheck(*whole == *cut, "one signature for all chunks");
  const std::string& field = whole->at(0);
  const auto value = std::string_view(field).substr(field.find(':') + 1);
  FuzzCheck(ParseSignatureField(value.substr(0, value.size() - 2)).has_value(), "emitted parses");
  return 0;
}
