// Whatever a hostile daemon sends, a worker answers each request, once, in a form that the daemon
// reads.
#include "hsm/worker/call_desk.h"

#include "hsm/wire/codec.h"
#include "tests/fakes/fake_token.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  FakeToken token;
  CallDesk desk(token, {});
  auto request = wire::DecodeRequest(FuzzText(data, size));
  if (!request) return 0;
  if (auto* call = std::get_if<wire::GenerateCall>(&request->call)) {
    call->spec.algorithm = Algorithm::kEd25519Sha256;  // RSA would take all the time
  }
  request->deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  bool last = false;
  desk.Handle(*request, [&](const wire::Answer& answer) {
    FuzzCheck(!last, "nothing follows the last answer");
    const auto* part = std::get_if<wire::KeysPart>(&answer);
    last = part == nullptr || part->last;
    const auto packet = wire::Encode(wire::Response{request->number, answer});
    FuzzCheck(packet && wire::DecodeResponse(*packet), "the daemon can read the answer");
  });
  FuzzCheck(last, "there is an answer");
  return 0;
}
