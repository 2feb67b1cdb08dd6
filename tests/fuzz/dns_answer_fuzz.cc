// Octets from the network: whatever decodes is read and judged, and what is shown of it prints. A
// check that holds it is written as text and read again.
#include "server/dns/answer_reading.h"
#include "server/dns/check_text.h"
#include "server/dns/ldns_message.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const std::string name = "s._domainkey.example.com";
  // The id and the question are put in place: the rest is what is looked for.
  std::string octets = std::string("\x12\x34", 2) + std::string(FuzzText(data, size));
  const auto answer =
      DecodeAnswer(octets, {.id = 0x1234, .question = {.name = name}}, NameCase::kIgnored);
  RecordCheck check{.at = {}, .name = name, .zone = {}};
  const auto text = ReadCheckText(FuzzText(data, size));
  if (text) FuzzCheck(ReadCheckText(WriteCheckText(*text)) == text, "read, write, read");
  if (!answer) return 0;
  for (const AnswerReading& reading :
       {ReadAuthoritative(*answer, name, "example.com"), ReadRecursive(*answer, name)}) {
    for (const RecordWish wish : {RecordWish::kKey, RecordWish::kRevoked, RecordWish::kAbsent}) {
      const PublicKey wanted{Algorithm::kEd25519Sha256, std::string(32, 'k')};
      const Judgement judgement = JudgeRecords(reading.records, wish, wanted);
      FuzzCheck(judgement.value == PrintableText(judgement.value), "the value prints");
      FuzzCheck(!judgement.key || *judgement.key == wanted, "no other key is taken for this one");
      check.servers.push_back({.server = reading.target,
                               .address = {},
                               .finding = judgement.finding,
                               .detail = judgement.detail,
                               .value = judgement.value,
                               .target = reading.target,
                               .ttl = reading.ttl});
    }
  }
  FuzzCheck(ReadCheckText(WriteCheckText(check)) == check, "write, read");
  return 0;
}
