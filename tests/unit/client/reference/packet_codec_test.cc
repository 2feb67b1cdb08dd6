#include "client/reference/packet_codec.h"

#include <gtest/gtest.h>

#include <map>

#include "proto/reason.h"
#include "tests/unit/client/reference/sample_references.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;

std::map<std::string, ReferenceRequest> SampleRequests() {
  const Selector selector = SampleReference().selector();
  return {
      {"find by selector", {milliseconds(5000), FindCall{"example.com", selector}}},
      {"find by algorithm", {{}, FindCall{"b\xc3\xbc.example", Algorithm::kEd25519Sha256}}},
      {"sign",
       {milliseconds(1),
        SignCall{SampleReference(), Algorithm::kEd25519Sha256, Sha256Digest({1, 2, 3})}}},
  };
}

std::map<std::string, ReferenceAnswer> SampleAnswers() {
  return {
      {"error",
       Error{Code::kUnavailable, "TOKEN_AWAY", "the token is away", "s2", milliseconds(7)}},
      {"found", FoundKey{SampleReference(), Sender::Default(), SampleEd25519Key()}},
      {"found RSA", FoundKey{SampleReference(), Sender::Default(), SampleRsaEnvelope()}},
      {"signature", RawSignature{"bytes"}},
  };
}

std::string Packet(const ReferenceRequest& request) { return EncodeRequest(request).value_or(""); }
std::string Packet(const ReferenceAnswer& answer) { return EncodeAnswer(answer).value_or(""); }

Result<ReferenceRequest> Read(const ReferenceRequest& /*kind*/, const std::string& packet) {
  return DecodeRequest(packet);
}
Result<ReferenceAnswer> Read(const ReferenceAnswer& /*kind*/, const std::string& packet) {
  return DecodeAnswer(packet);
}

// Cut anywhere, with something after it, or with any octet wrong: refused, or read as what is then
// written as it was read.
template <typename Message>
void ExpectStrict(const std::string& name, const Message& message) {
  const std::string packet = Packet(message);
  ASSERT_FALSE(packet.empty()) << name;
  const auto read = Read(message, packet);
  ASSERT_TRUE(read) << name;
  EXPECT_EQ(Packet(*read), packet) << name;
  for (std::size_t size = 0; size < packet.size(); ++size) {
    EXPECT_FALSE(Read(message, packet.substr(0, size))) << name << " " << size;
  }
  EXPECT_FALSE(Read(message, packet + '\0')) << name;
  for (std::size_t i = 0; i < packet.size(); ++i) {
    for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
      std::string wrong = packet;
      wrong[i] = static_cast<char>(wrong[i] ^ flip);
      const auto other = Read(message, wrong);
      if (other) {
        EXPECT_EQ(Packet(*other), wrong) << name << " octet " << i;
      } else {
        EXPECT_EQ(other.error().reason, reason::kBadFrame) << name;
      }
    }
  }
}

TEST(ReferencePackets, HaveOneForm) {
  for (const auto& [name, request] : SampleRequests()) ExpectStrict(name, request);
  for (const auto& [name, answer] : SampleAnswers()) ExpectStrict(name, answer);
}

TEST(ReferencePackets, KeepEveryField) {
  const auto sign = DecodeRequest(Packet(SampleRequests().at("sign")));
  ASSERT_TRUE(sign);
  EXPECT_EQ(sign->patience, milliseconds(1));
  const auto& call = std::get<SignCall>(sign->call);
  EXPECT_EQ(call.reference, SampleReference());
  EXPECT_EQ(call.algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(call.digest, Sha256Digest({1, 2, 3}));
  const auto find = DecodeRequest(Packet(SampleRequests().at("find by algorithm")));
  ASSERT_TRUE(find);
  EXPECT_EQ(std::get<FindCall>(find->call).domain, "b\xc3\xbc.example");
  EXPECT_EQ(std::get<Algorithm>(std::get<FindCall>(find->call).which), Algorithm::kEd25519Sha256);
  const ReferenceAnswer error = SampleAnswers().at("error");
  EXPECT_EQ(std::get<Error>(*DecodeAnswer(Packet(error))), std::get<Error>(error));
  const ReferenceAnswer found = SampleAnswers().at("found RSA");
  EXPECT_EQ(std::get<FoundKey>(*DecodeAnswer(Packet(found))), std::get<FoundKey>(found));
}

TEST(ReferencePackets, KnowTheirVersionOnly) {
  std::string packet = Packet(SampleRequests().at("sign"));
  packet[0] = 2;
  EXPECT_NE(DecodeRequest(packet).error().message.find("version"), std::string::npos);
}

TEST(ReferencePackets, BoundTheirParts) {
  EXPECT_FALSE(EncodeRequest({{}, FindCall{std::string(1025, 'x'), Algorithm::kRsaSha256}}));
  EXPECT_FALSE(EncodeAnswer(RawSignature{std::string(1025, 'x')}));
  const auto largest = EncodeAnswer(Error{Code::kInternal, std::string(9999, 'r'),
                                          std::string(9999, 'm'), std::string(9999, 's')});
  ASSERT_TRUE(largest) << "texts for people are cut";
  EXPECT_LE(largest->size(), kMaxReferencePacket);
  EXPECT_TRUE(DecodeAnswer(*largest));
}

}  // namespace
}  // namespace dkimkeeper
