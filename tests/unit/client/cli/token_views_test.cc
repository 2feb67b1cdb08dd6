#include "client/cli/token_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/json.h"
#include "client/cli/views.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNow = 1'751'371'380'000;

v1::Token Main() {
  v1::Token token;
  v1::TokenStatus& status = *token.mutable_status();
  status.set_name("main");
  status.set_state("ready");
  status.set_workers(2);
  status.set_ready_workers(1);
  status.set_restarts(3);
  status.add_algorithms("rsa-sha256");
  token.set_keys(7);
  return token;
}

TEST(TokenViews, ATokenIsOneLineOfAList) {
  v1::ListTokensResponse tokens;
  *tokens.add_tokens() = Main();
  const std::string text = ShowTokens(tokens, kNow);
  EXPECT_THAT(text, HasSubstr("NAME  STATE"));
  EXPECT_THAT(text, HasSubstr("main  ready"));
  EXPECT_THAT(text, HasSubstr("1 of 2"));
}

TEST(TokenViews, LimitBackupAndCompromiseAreShown) {
  v1::Token token = Main();
  EXPECT_THAT(ShowToken(token, kNow), HasSubstr("none confirmed\n"));
  EXPECT_THAT(ShowToken(token, kNow), Not(HasSubstr("ompromised")));
  token.set_max_keys(9);
  token.set_require_backup(true);
  token.mutable_status()->set_keys_awaiting_backup(2);
  token.set_compromised_at_ms(kNow);
  EXPECT_THAT(ShowToken(token, kNow), HasSubstr("7 of 9\n"));
  EXPECT_THAT(ShowToken(token, kNow), HasSubstr("required: 2 keys wait for one"));
  EXPECT_THAT(ShowToken(token, kNow), HasSubstr("ready, compromised"));
  const Json document = ToJson(token);
  EXPECT_EQ(document.at("name"), "main");
  EXPECT_EQ(document.at("state"), "ready");
  EXPECT_EQ(document.at("keys"), 7);
  EXPECT_EQ(document.at("max_keys"), 9);
  EXPECT_EQ(document.at("keys_awaiting_backup"), 2);
  EXPECT_TRUE(document.at("backed_up_at_ms").is_null());
}

v1::AttestedKey Attested() {
  v1::AttestedKey key;
  key.set_token_key_id("0a0b");
  key.set_agreement(v1::AGREEMENT_AGREES);
  key.set_attested(true);
  key.set_fingerprint("ff00");
  key.set_algorithm(v1::ALGORITHM_RSA_SHA256);
  key.set_local(true);
  key.set_sensitive(true);
  key.set_always_sensitive(true);
  key.set_never_extractable(true);
  key.add_allowed_mechanisms("CKM_RSA_PKCS");
  key.set_domain("example.com");
  key.set_selector("s1");
  key.set_origin(v1::KEY_ORIGIN_GENERATED);
  return key;
}

TEST(TokenViews, AnAttestationSaysWhatSpeaksAgainstAKey) {
  v1::AttestedKey imported = Attested();
  imported.set_attested(false);
  imported.set_origin(v1::KEY_ORIGIN_IMPORTED);
  imported.set_local(false);
  v1::AttestedKey unknown = Attested();
  unknown.set_agreement(v1::AGREEMENT_UNKNOWN);
  unknown.set_label("somebody's\n");
  unknown.clear_domain();
  const std::string text = ShowAttestation({Attested(), imported, unknown});
  EXPECT_THAT(text, HasSubstr("example.com/s1"));
  EXPECT_THAT(text, HasSubstr("agrees    yes"));
  EXPECT_THAT(text, HasSubstr("imported, not born here"));
  EXPECT_THAT(text, HasSubstr("(somebody's?)"));
  EXPECT_THAT(text, HasSubstr("CKM_RSA_PKCS"));
  EXPECT_THAT(text, HasSubstr("ff00"));
}

TEST(TokenViews, WhatAMissingKeyWouldSayIsNull) {
  v1::AttestedKey missing = Attested();
  missing.set_agreement(v1::AGREEMENT_MISSING);
  EXPECT_TRUE(ToJson(missing).at("extractable").is_null());
  EXPECT_EQ(ToJson(Attested()).at("extractable"), false);
  EXPECT_EQ(ToJson(Attested()).at("origin"), "generated");
  v1::AttestedKey unknown = Attested();
  unknown.clear_domain();
  EXPECT_TRUE(ToJson(unknown).at("origin").is_null());
}

TEST(TokenViews, ACompromisedTokenNamesTheLinesWithoutAKey) {
  v1::CompromiseTokenResponse response;
  EXPECT_EQ(ShowCompromised(response), "no key was on it\n");
  v1::Key* key = response.add_keys();
  key->set_domain("example.com");
  key->set_state(v1::KEY_STATE_REVOKED);
  EXPECT_THAT(ShowCompromised(response), Not(HasSubstr("No key signs")));
  v1::KeyLine* line = response.add_lines_without_key();
  line->set_domain("example.com");
  line->set_sender("default");
  line->set_algorithm(v1::ALGORITHM_RSA_SHA256);
  EXPECT_THAT(ShowCompromised(response), HasSubstr("example.com  default  rsa-sha256"));
  EXPECT_EQ(ToJson(response).at("lines_without_key").at(0).at("algorithm"), "rsa-sha256");
  EXPECT_EQ(ToJson(response).at("keys").size(), 1U);
}

TEST(TokenViews, PlacementIsShownWithDomainAndSender) {
  v1::Domain domain;
  domain.set_domain("example.com");
  domain.add_senders("crm");
  domain.add_senders("default");
  domain.set_token("main");
  domain.set_standby_token("cold");
  v1::SenderPlacement* own = domain.add_sender_placements();
  own->set_sender("crm");
  own->set_token("cloud");
  EXPECT_THAT(ShowDomain(domain, kNow), HasSubstr("crm on cloud"));
  EXPECT_THAT(ShowDomain(domain, kNow), HasSubstr("cold"));
  EXPECT_THAT(ShowDomains({domain}, kNow), HasSubstr("main   cold"));
  EXPECT_EQ(ShowSenders(domain), "SENDER   TOKEN  STANDBY\ncrm      cloud\ndefault  main   cold\n");
  EXPECT_EQ(ToJson(domain).at("sender_placements").at(0).at("token"), "cloud");
}

}  // namespace
}  // namespace dkimkeeper
