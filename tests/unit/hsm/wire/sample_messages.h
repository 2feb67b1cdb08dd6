// One of each message, with a value in each field that its default is not.
#ifndef TESTS_UNIT_HSM_WIRE_SAMPLE_MESSAGES_H_
#define TESTS_UNIT_HSM_WIRE_SAMPLE_MESSAGES_H_

#include <chrono>
#include <map>
#include <string>

#include "hsm/wire/messages.h"

namespace dkimkeeper::wire {

inline KeyId SampleId() { return *KeyId::FromBytes("0123456789abcdef"); }
inline PublicKey SamplePublicKey() { return {Algorithm::kEd25519Sha256, std::string(32, 'p')}; }
inline Sha256Digest SampleDigest() {
  std::array<std::uint8_t, 32> bytes = {};
  bytes.fill('d');
  return Sha256Digest(bytes);
}
inline TokenKey SampleKey() {
  return {SampleId(),
          "audit:log",
          KeyPurpose::kAudit,
          SamplePublicKey(),
          2048,
          {.sensitive = true, .local = true, .allowed_mechanisms = {"CKM_RSA_PKCS", "0x1"}}};
}

inline std::map<std::string, Request> SampleRequests() {
  const KeySpec spec{.id = SampleId(),
                     .purpose = KeyPurpose::kHealth,
                     .algorithm = Algorithm::kEd25519Sha256,
                     .rsa_bits = 3072,
                     .label = "health:x",
                     .continues = true};
  std::map<std::string, Call> calls;
  calls.emplace("generate", GenerateCall{spec});
  calls.emplace("find_keys", FindKeysCall{});
  calls.emplace("find_key", FindKeyCall{SampleId()});
  calls.emplace("sign", SignCall{SampleId(), SampleDigest(), SamplePublicKey()});
  calls.emplace("sign_note", SignNoteCall{SampleId(), "a note", SamplePublicKey()});
  calls.emplace("destroy", DestroyCall{SampleId()});
  calls.emplace("health", HealthCall{});
  calls.emplace("remains", RemainsCall{SampleId()});
  std::map<std::string, Request> requests;
  for (const auto& [name, call] : calls) {
    requests.emplace(name, Request{0x0102030405060708, Deadline(std::chrono::hours(3)), call});
  }
  return requests;
}

inline std::map<std::string, Response> SampleResponses() {
  TokenInfo token;
  token.name = "hsm";
  token.label = "keeper";
  token.manufacturer = "m";
  token.model = "v2";
  token.serial = "00ff";
  token.algorithms = {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256};
  token.sessions = 8;
  const Error error{Code::kUnavailable, "TOKEN_AWAY", "Gone.", "", std::chrono::milliseconds(250)};
  std::map<std::string, Response> responses;
  responses.emplace("ready", Response{0, Ready{token}});
  responses.emplace("error", Response{7, error});
  responses.emplace("key", Response{7, SampleKey()});
  responses.emplace("keys", Response{7, KeysPart{{SampleKey(), SampleKey()}, true}});
  responses.emplace("signature", Response{7, Signature{std::string(64, 's')}});
  responses.emplace("done", Response{7, Done{}});
  return responses;
}

}  // namespace dkimkeeper::wire

#endif  // TESTS_UNIT_HSM_WIRE_SAMPLE_MESSAGES_H_
