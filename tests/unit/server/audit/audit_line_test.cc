#include "server/audit/audit_line.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace dkimkeeper {
namespace {

AuditEntry Entry() {
  return {.at = AuditEntry::Time(std::chrono::milliseconds(1'767'225'600'007)),
          .identity = "uri:spiffe://example/mail",
          .act = "sign",
          .domain = "example.com",
          .sender = "default",
          .selector = "s1",
          .algorithm = "rsa-sha256",
          .digest = *Sha256Digest::FromHex(std::string(64, 'a')),
          .claimed = "queue=4bXyz",
          .result = "ok",
          .detail = "in passing"};
}

// Splits `key=value key="va\"lue"` as a strict reader of the log would; no entry: not that form.
std::map<std::string, std::string> Fields(std::string_view line) {
  std::map<std::string, std::string> fields;
  while (!line.empty()) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string key(line.substr(0, equals));
    line.remove_prefix(equals + 1);
    std::string value;
    if (line.starts_with('"')) {
      std::size_t end = 1;
      while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
      if (end >= line.size()) return {};
      value = line.substr(0, ++end);
      line.remove_prefix(end);
    } else {
      value = line.substr(0, line.find(' '));
      line.remove_prefix(value.size());
    }
    if (!fields.emplace(key, value).second) return {};
    if (line.starts_with(' ')) line.remove_prefix(1);
  }
  return fields;
}

TEST(AuditLine, HasEveryFieldInItsPlace) {
  EXPECT_EQ(RenderAuditLine(Entry()),
            "event=sign time=2026-01-01T00:00:00.007Z identity=uri:spiffe://example/mail "
            "domain=example.com sender=default selector=s1 algorithm=rsa-sha256 digest=" +
                std::string(64, 'a') + " claimed=\"queue=4bXyz\" result=ok detail=\"in passing\"");
}

TEST(AuditLine, WhatDoesNotApplyIsEmpty) {
  AuditEntry entry = Entry();
  entry.algorithm = {};
  entry.digest.reset();
  const std::string line = RenderAuditLine(entry);
  EXPECT_NE(line.find(" algorithm=\"\" digest=\"\" "), std::string::npos) << line;
}

TEST(AuditLine, NoNoteForgesAFieldOrALine) {
  for (const std::string note :
       {"x\" result=ok", "x result=ok", "x\nevent=sign result=ok", "x\r\nevent=sign", "\\", "\\\"",
        "x\\\" result=ok", "\"", "=", "a=b", "\x1b[2J", "caf\xc3\xa9"}) {
    AuditEntry entry = Entry();
    entry.claimed = note;
    entry.result = "NO_GRANT";
    const std::string line = RenderAuditLine(entry);
    ASSERT_EQ(line.find('\n'), std::string::npos) << line;
    const auto fields = Fields(line);
    EXPECT_EQ(fields.size(), 11U) << line;
    EXPECT_EQ(fields.at("result"), "NO_GRANT") << line;
    EXPECT_EQ(fields.at("event"), "sign") << line;
  }
}

TEST(AuditLine, NoByteAnywhereEndsTheLineOrDrivesATerminal) {
  for (int byte = 0; byte < 256; ++byte) {
    AuditEntry entry = Entry();
    const std::string hostile = std::string("a") + static_cast<char>(byte) + "b";
    entry.identity = entry.domain = entry.sender = entry.selector = hostile;
    entry.claimed = entry.result = entry.detail = hostile;
    const std::string line = RenderAuditLine(entry);
    for (const char c : line) ASSERT_TRUE(c >= ' ' && c < '\x7f') << "byte " << byte;
    EXPECT_EQ(Fields(line).size(), 11U) << "byte " << byte;
  }
}

}  // namespace
}  // namespace dkimkeeper
