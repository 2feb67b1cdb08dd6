#include "hsm/wire/codec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/reason.h"
#include "tests/unit/hsm/wire/sample_messages.h"

namespace dkimkeeper::wire {
namespace {

// A message is equal to another when it encodes equally; every field is in the encoding.
template <typename Message>
std::string Packet(const Message& message) {
  const Result<std::string> packet = Encode(message);
  EXPECT_TRUE(packet);
  return packet.value_or("");
}

TEST(Codec, ReadsWhatItWrote) {
  for (const auto& [name, request] : SampleRequests()) {
    const Result<Request> read = DecodeRequest(Packet(request));
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(read->number, request.number) << name;
    EXPECT_EQ(read->deadline, request.deadline) << name;
    EXPECT_EQ(read->call.index(), request.call.index()) << name;
    EXPECT_EQ(Packet(*read), Packet(request)) << name;
  }
  for (const auto& [name, response] : SampleResponses()) {
    const Result<Response> read = DecodeResponse(Packet(response));
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(read->number, response.number) << name;
    EXPECT_EQ(read->answer.index(), response.answer.index()) << name;
    EXPECT_EQ(Packet(*read), Packet(response)) << name;
  }
}

TEST(Codec, KeepsEveryField) {
  const Request generate = SampleRequests().at("generate");
  const auto spec = std::get<GenerateCall>(DecodeRequest(Packet(generate))->call).spec;
  const KeySpec& sent = std::get<GenerateCall>(generate.call).spec;
  EXPECT_EQ(spec.id, sent.id);
  EXPECT_EQ(spec.purpose, sent.purpose);
  EXPECT_EQ(spec.algorithm, sent.algorithm);
  EXPECT_EQ(spec.rsa_bits, sent.rsa_bits);
  EXPECT_EQ(spec.label, sent.label);
  EXPECT_EQ(spec.continues, sent.continues);
  const Response error = SampleResponses().at("error");
  EXPECT_EQ(std::get<Error>(DecodeResponse(Packet(error))->answer), std::get<Error>(error.answer));
  const Response key = SampleResponses().at("key");
  const auto read = std::get<TokenKey>(DecodeResponse(Packet(key))->answer);
  EXPECT_EQ(read.attributes, std::get<TokenKey>(key.answer).attributes);
  EXPECT_EQ(read.public_key, std::get<TokenKey>(key.answer).public_key);
  EXPECT_EQ(read.rsa_bits, std::get<TokenKey>(key.answer).rsa_bits);
}

TEST(Codec, RefusesEveryPartOfAMessageAndWhatFollowsOne) {
  for (const auto& [name, request] : SampleRequests()) {
    const std::string packet = Packet(request);
    for (std::size_t size = 0; size < packet.size(); ++size) {
      EXPECT_FALSE(DecodeRequest(packet.substr(0, size))) << name << " " << size;
    }
    EXPECT_FALSE(DecodeRequest(packet + '\0')) << name;
  }
  for (const auto& [name, response] : SampleResponses()) {
    const std::string packet = Packet(response);
    for (std::size_t size = 0; size < packet.size(); ++size) {
      EXPECT_FALSE(DecodeResponse(packet.substr(0, size))) << name << " " << size;
    }
    EXPECT_FALSE(DecodeResponse(packet + '\0')) << name;
  }
}

// With any one byte wrong it is refused, or is another message that is written as it was read.
TEST(Codec, TakesAWrongByteForNothingElseThanItSays) {
  for (const auto& [name, request] : SampleRequests()) {
    for (std::size_t i = 0; i < Packet(request).size(); ++i) {
      for (const int flip : {0x01, 0x80, 0xff}) {
        std::string packet = Packet(request);
        packet[i] = static_cast<char>(packet[i] ^ flip);
        const Result<Request> read = DecodeRequest(packet);
        if (!read) EXPECT_EQ(read.error().reason, reason::kBadFrame);
        if (read && read->deadline.time_since_epoch().count() > 0 && i > 16) {
          EXPECT_EQ(Packet(*read), packet) << name << " byte " << i;
        }
      }
    }
  }
  for (const auto& [name, response] : SampleResponses()) {
    for (std::size_t i = 0; i < Packet(response).size(); ++i) {
      for (const int flip : {0x01, 0x80, 0xff}) {
        std::string packet = Packet(response);
        packet[i] = static_cast<char>(packet[i] ^ flip);
        const Result<Response> read = DecodeResponse(packet);
        if (read) {
          EXPECT_EQ(Packet(*read), packet) << name << " byte " << i;
        } else {
          EXPECT_EQ(read.error().reason, reason::kBadFrame);
        }
      }
    }
  }
}

TEST(Codec, KnowsItsVersionOnly) {
  std::string packet = Packet(SampleRequests().at("health"));
  packet[0] = 2;
  EXPECT_NE(DecodeRequest(packet).error().message.find("version"), std::string::npos);
}

TEST(Codec, RefusesARequestWithoutANumber) {
  Request request = SampleRequests().at("health");
  request.number = 0;
  EXPECT_FALSE(DecodeRequest(Packet(request)));
  EXPECT_TRUE(DecodeResponse(Packet(Response{0, Done{}})));
}

TEST(Codec, BoundsANoteAndAPacket) {
  const auto encode = [](std::size_t size) {
    return Encode(Request{1, {}, SignNoteCall{KeyId::Zero(), std::string(size, 'n'), {}}});
  };
  EXPECT_TRUE(encode(kMaxNote));
  EXPECT_EQ(encode(kMaxNote + 1).error().reason, reason::kBadFrame);
  KeysPart part;
  part.keys.assign(2000, std::get<TokenKey>(SampleResponses().at("key").answer));
  EXPECT_EQ(Encode(Response{1, part}).error().reason, reason::kBadFrame);
}

// A count that cannot be true must not make room for what is not there.
TEST(Codec, BelievesNoCount) {
  std::string packet = Packet(Response{1, KeysPart{{}, true}});
  for (std::size_t i = packet.size() - 4; i < packet.size(); ++i) packet[i] = '\xff';
  EXPECT_FALSE(DecodeResponse(packet));
}

TEST(Codec, BoundsAKeysNames) {
  TokenKey key = std::get<TokenKey>(SampleResponses().at("key").answer);
  key.attributes.allowed_mechanisms.assign(64, "");
  const std::string packet = Packet(Response{1, key});
  key.attributes.allowed_mechanisms.assign(65, "");
  EXPECT_EQ(Packet(Response{1, key}), packet) << "cut";
  std::string more = packet + std::string(4, '\0');
  const std::size_t count = more.size() - std::size_t{65} * 4 - 1;
  ASSERT_EQ(more[count], 64);
  more[count] = 65;
  EXPECT_TRUE(DecodeResponse(packet));
  EXPECT_FALSE(DecodeResponse(more));
}

TEST(Codec, WritesAndTakesUtf8Only) {
  const auto written = [](const std::string& message) {
    const auto read = DecodeResponse(Packet(Response{1, Error{.reason = "", .message = message}}));
    return std::get<Error>(read->answer).message;
  };
  EXPECT_EQ(written("Schl\xc3\xbcssel"), "Schl\xc3\xbcssel");
  EXPECT_EQ(written("Schl\xfcssel"), "Schl?ssel");
  EXPECT_EQ(written(std::string(4095, 'x') + "\xc3\xbc"), std::string(4095, 'x')) << "no half one";
  std::string packet = Packet(Response{1, Error{.reason = "", .message = "letter"}});
  packet[packet.find("letter")] = '\xfc';
  EXPECT_FALSE(DecodeResponse(packet));
}

TEST(Codec, CountsAKeysBytes) {
  const TokenKey key = std::get<TokenKey>(SampleResponses().at("key").answer);
  const std::size_t one = Packet(Response{1, KeysPart{{key}, true}}).size();
  const std::size_t two = Packet(Response{1, KeysPart{{key, key}, true}}).size();
  EXPECT_EQ(two - one, EncodedSize(key));
}

}  // namespace
}  // namespace dkimkeeper::wire
