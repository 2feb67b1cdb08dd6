#include "client/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <sstream>

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> Words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// The command of a good line; the test fails on any other.
template <typename T>
T Parsed(const std::string& line) {
  const auto parsed = ParseCommandLine(Words(line));
  if (const auto* printout = std::get_if<Printout>(&parsed)) {
    ADD_FAILURE() << line << ": " << printout->text;
    return {};
  }
  const auto* command = std::get_if<T>(&std::get<Invocation>(parsed).command);
  if (command == nullptr) ADD_FAILURE() << line << ": another command";
  return command == nullptr ? T() : *command;
}

GlobalOptions Globals(const std::string& line) {
  const auto parsed = ParseCommandLine(Words(line));
  const auto* invocation = std::get_if<Invocation>(&parsed);
  if (invocation == nullptr) ADD_FAILURE() << std::get<Printout>(parsed).text;
  return invocation == nullptr ? GlobalOptions() : invocation->globals;
}

Printout Printed(const std::string& line) {
  const auto parsed = ParseCommandLine(Words(line));
  const auto* printout = std::get_if<Printout>(&parsed);
  if (printout == nullptr) ADD_FAILURE() << line << " is accepted";
  return printout == nullptr ? Printout() : *printout;
}

TEST(CommandLine, DomainVerbsFillTheirRequests) {
  EXPECT_EQ(Parsed<v1::AddDomainRequest>("domain add example.com").domain(), "example.com");
  EXPECT_FALSE(Parsed<v1::AddDomainRequest>("domain add example.com").allow_underscore());
  EXPECT_TRUE(
      Parsed<v1::AddDomainRequest>("domain add a.example --allow-underscore").allow_underscore());
  EXPECT_EQ(Parsed<v1::GetDomainRequest>("domain show example.com").domain(), "example.com");
  EXPECT_EQ(Parsed<v1::RemoveDomainRequest>("domain remove example.com").domain(), "example.com");
  (void)Parsed<v1::ListDomainsRequest>("domain list");
}

TEST(CommandLine, PlacementNamesTokens) {
  const auto add =
      Parsed<v1::AddDomainRequest>("domain add example.com --token cloud --standby-token cold");
  EXPECT_EQ(add.token(), "cloud");
  EXPECT_EQ(add.standby_token(), "cold");
  const auto place =
      Parsed<v1::PlaceDomainRequest>("domain place example.com --sender crm --token cloud");
  EXPECT_EQ(place.domain(), "example.com");
  EXPECT_EQ(place.sender(), "crm");
  EXPECT_EQ(place.token(), "cloud");
  EXPECT_EQ(Printed("domain place example.com").exit_code, 2);
  EXPECT_EQ(
      Parsed<v1::AdoptKeyRequest>("key adopt e.com --selector s --token-key-id 0a --token cloud")
          .token(),
      "cloud");
}

TEST(CommandLine, TokenVerbsFillTheirRequests) {
  (void)Parsed<v1::ListTokensRequest>("token list");
  EXPECT_EQ(Parsed<v1::GetTokenRequest>("token show main").token(), "main");
  EXPECT_EQ(Parsed<v1::AttestTokenRequest>("token attest main").token(), "main");
  EXPECT_EQ(Parsed<v1::LogInTokenRequest>("token login main").token(), "main");
  EXPECT_EQ(Parsed<v1::CompromiseTokenRequest>("token compromised main").token(), "main");
  EXPECT_EQ(Parsed<v1::ConfirmBackupRequest>("token confirm-backup main").made_at_ms(), 0);
  EXPECT_EQ(Parsed<v1::ConfirmBackupRequest>("token confirm-backup main --made-at 7").made_at_ms(),
            7000);
  EXPECT_EQ(Printed("token show").exit_code, 2);
}

TEST(CommandLine, SenderVerbsFillTheirRequests) {
  const auto add = Parsed<v1::AddSenderRequest>("sender add example.com newsletter");
  EXPECT_EQ(add.domain(), "example.com");
  EXPECT_EQ(add.sender(), "newsletter");
  EXPECT_EQ(Parsed<ListSendersCommand>("sender list example.com").domain, "example.com");
  EXPECT_EQ(Parsed<v1::RemoveSenderRequest>("sender remove example.com n").sender(), "n");
}

TEST(CommandLine, KeyGenerateLeavesDefaultsToTheServer) {
  const auto plain = Parsed<v1::GenerateKeyRequest>("key generate example.com");
  EXPECT_EQ(plain.domain(), "example.com");
  EXPECT_EQ(plain.algorithm(), v1::ALGORITHM_UNSPECIFIED);
  EXPECT_EQ(plain.rsa_bits(), 0U);
  EXPECT_TRUE(plain.sender().empty());
}

TEST(CommandLine, KeyGenerateTakesAllItsOptions) {
  const auto all = Parsed<v1::GenerateKeyRequest>(
      "key generate example.com --sender n --algorithm rsa-sha256 --bits 3072 --selector s1");
  EXPECT_EQ(all.sender(), "n");
  EXPECT_EQ(all.algorithm(), v1::ALGORITHM_RSA_SHA256);
  EXPECT_EQ(all.rsa_bits(), 3072U);
  EXPECT_EQ(all.selector(), "s1");
  EXPECT_EQ(
      Parsed<v1::GenerateKeyRequest>("key generate e.com --algorithm ed25519-sha256").algorithm(),
      v1::ALGORITHM_ED25519_SHA256);
}

TEST(CommandLine, KeyVerbsFillTheirRequests) {
  const auto adopt =
      Parsed<v1::AdoptKeyRequest>("key adopt example.com --selector s1 --token-key-id 0a1b");
  EXPECT_EQ(adopt.selector(), "s1");
  EXPECT_EQ(adopt.token_key_id(), "0a1b");
  EXPECT_EQ(Parsed<v1::ActivateKeyRequest>("key activate e.com s1").without_dns_proof_reason(), "");
  EXPECT_EQ(Parsed<v1::ActivateKeyRequest>("key activate e.com s1 --without-dns-proof drill")
                .without_dns_proof_reason(),
            "drill");
  EXPECT_EQ(Parsed<v1::RetireKeyRequest>("key retire e.com s1").selector(), "s1");
  EXPECT_FALSE(Parsed<v1::RevokeKeyRequest>("key revoke e.com s1").compromised());
  EXPECT_TRUE(Parsed<v1::RevokeKeyRequest>("key revoke e.com s1 --compromised").compromised());
  EXPECT_EQ(Parsed<v1::DestroyKeyRequest>("key destroy e.com s1").domain(), "e.com");
  EXPECT_EQ(Parsed<v1::GetKeyRequest>("key show e.com s1").selector(), "s1");
  EXPECT_EQ(Parsed<v1::ListKeysRequest>("key list").domain(), "");
  EXPECT_EQ(Parsed<v1::ListKeysRequest>("key list e.com --sender n").sender(), "n");
}

TEST(CommandLine, GrantsTakeLimits) {
  const auto bare = Parsed<v1::AddGrantRequest>("grant add dns:a.b sign e.com");
  EXPECT_FALSE(bare.grant().has_limits());
  EXPECT_TRUE(bare.await_daemons());
  const auto add = Parsed<v1::AddGrantRequest>(
      "grant add group:mail sign group:payroll --algorithm rsa-sha256 --network 192.0.2.0/24"
      " --network 2001:db8::/32 --from 2026-01-01 --until 2026-01-02T00:00:00Z --per-second 5"
      " --per-day 7 --require-headers");
  const v1::GrantLimits& limits = add.grant().limits();
  EXPECT_EQ(add.grant().identity(), "group:mail");
  EXPECT_EQ(add.grant().domain(), "group:payroll");
  ASSERT_EQ(limits.algorithms_size(), 1);
  EXPECT_EQ(limits.algorithms(0), v1::ALGORITHM_RSA_SHA256);
  ASSERT_EQ(limits.networks_size(), 2);
  EXPECT_EQ(limits.networks(1), "2001:db8::/32");
  EXPECT_EQ(limits.valid_from_ms(), 1'767'225'600'000);
  EXPECT_EQ(limits.valid_until_ms(), 1'767'312'000'000);
  EXPECT_EQ(limits.per_second(), 5U);
  EXPECT_EQ(limits.per_day(), 7U);
  EXPECT_TRUE(limits.headers_required());
}

TEST(CommandLine, GrantExplainAsksForOneCall) {
  const auto explain = Parsed<v1::ExplainGrantRequest>(
      "grant explain dns:a.b sign e.com crm --address 192.0.2.1 --algorithm ed25519-sha256");
  EXPECT_EQ(explain.identity(), "dns:a.b");
  EXPECT_EQ(explain.verb(), v1::VERB_SIGN);
  EXPECT_EQ(explain.domain(), "e.com");
  EXPECT_EQ(explain.sender(), "crm");
  EXPECT_EQ(explain.address(), "192.0.2.1");
  EXPECT_EQ(explain.algorithm(), v1::ALGORITHM_ED25519_SHA256);
  EXPECT_EQ(Parsed<v1::ExplainGrantRequest>("grant explain dns:a.b audit *").sender(), "");
}

TEST(CommandLine, GroupVerbsFillTheirRequests) {
  const auto add = Parsed<v1::AddGroupMembersRequest>("group add group:g dns:a.b unix:c");
  EXPECT_EQ(add.group(), "group:g");
  ASSERT_EQ(add.members_size(), 2);
  EXPECT_EQ(add.members(1), "unix:c");
  EXPECT_EQ(Parsed<v1::RemoveGroupMembersRequest>("group remove group:g").members_size(), 0);
  EXPECT_EQ(Parsed<v1::RemoveGroupMembersRequest>("group remove group:g e.com").members(0),
            "e.com");
  EXPECT_EQ(Parsed<v1::ListGroupsRequest>("group list").group(), "");
  EXPECT_EQ(Parsed<v1::ListGroupsRequest>("group members group:g").group(), "group:g");
}

TEST(CommandLine, GrantVerbsFillTheirRequests) {
  const auto add = Parsed<v1::AddGrantRequest>("grant add uri:spiffe://a/b sign * --sender *");
  EXPECT_EQ(add.grant().identity(), "uri:spiffe://a/b");
  EXPECT_EQ(add.grant().verb(), v1::VERB_SIGN);
  EXPECT_EQ(add.grant().domain(), "*");
  EXPECT_EQ(add.grant().sender(), "*");
  EXPECT_EQ(Parsed<v1::AddGrantRequest>("grant add dns:a.b rotate e.com").grant().verb(),
            v1::VERB_ROTATE);
  EXPECT_EQ(Parsed<v1::AddGrantRequest>("grant add dns:a.b audit e.com").grant().verb(),
            v1::VERB_AUDIT);
  EXPECT_EQ(Parsed<v1::RemoveGrantRequest>("grant remove dns:a.b administer e.com").grant().verb(),
            v1::VERB_ADMINISTER);
  const auto list = Parsed<v1::ListGrantsRequest>("grant list --identity dns:a --domain e.com");
  EXPECT_EQ(list.identity(), "dns:a");
  EXPECT_EQ(list.domain(), "e.com");
}

TEST(CommandLine, KeyReferenceNamesOneKey) {
  EXPECT_EQ(Parsed<KeyReferenceCommand>("key reference e.com s1").domain, "e.com");
  EXPECT_EQ(Parsed<KeyReferenceCommand>("key reference e.com s1").selector, "s1");
  EXPECT_EQ(Printed("key reference e.com").exit_code, 2);
}

TEST(CommandLine, DnsRecordTakesADomainAKeyOrAll) {
  EXPECT_EQ(Parsed<DnsRecordCommand>("dns record e.com").domain, "e.com");
  EXPECT_EQ(Parsed<DnsRecordCommand>("dns record e.com s1").selector, "s1");
  EXPECT_EQ(Parsed<DnsRecordCommand>("dns record --all --format zone").format, RecordFormat::kZone);
  EXPECT_EQ(Parsed<DnsRecordCommand>("dns record e.com").format, RecordFormat::kPlain);
  EXPECT_EQ(Parsed<DnsRecordCommand>("dns record e.com --format json").format, RecordFormat::kJson);
  EXPECT_EQ(Printed("dns record").exit_code, 2);
  EXPECT_EQ(Printed("dns record e.com --all").exit_code, 2);
}

TEST(CommandLine, DnsCheckTakesADomainAKeyOrAll) {
  EXPECT_EQ(Parsed<DnsCheckCommand>("dns check e.com s1").selector, "s1");
  EXPECT_FALSE(Parsed<DnsCheckCommand>("dns check e.com").stored);
  EXPECT_TRUE(Parsed<DnsCheckCommand>("dns check --all --stored").stored);
  EXPECT_EQ(Parsed<DnsRecordCommand>("dns record e.com --format cname").format,
            RecordFormat::kCname);
  EXPECT_EQ(Printed("dns check").exit_code, 2);
}

TEST(CommandLine, PolicyVerbsFillTheirRequests) {
  EXPECT_EQ(Parsed<v1::GetPolicyRequest>("policy show").domain(), "");
  EXPECT_EQ(Parsed<v1::GetPolicyRequest>("policy show e.com --sender n").sender(), "n");
  const auto set = Parsed<v1::SetPolicyRequest>(
      "policy set e.com rotation_period=90d record_note=a=b --sender n");
  ASSERT_EQ(set.set_size(), 2);
  EXPECT_EQ(set.set(0).name(), "rotation_period");
  EXPECT_EQ(set.set(0).value(), "90d");
  EXPECT_EQ(set.set(1).value(), "a=b");
  EXPECT_EQ(set.sender(), "n");
  const auto unset = Parsed<v1::SetPolicyRequest>("policy unset e.com drain standby");
  EXPECT_THAT(unset.unset(), ElementsAre("drain", "standby"));
  const auto preview = Parsed<v1::PreviewPolicyRequest>(
      "policy preview e.com --unset drain --unset mode standby=true --years 5");
  EXPECT_THAT(preview.unset(), ElementsAre("drain", "mode"));
  EXPECT_EQ(preview.set_size(), 1);
  EXPECT_EQ(preview.horizon_ms(), 5 * 365 * 86'400'000LL);
  for (const char* line : {"policy set e.com", "policy set e.com drain", "policy set e.com =1",
                           "policy unset e.com", "policy preview e.com --years 11"}) {
    EXPECT_EQ(Printed(line).exit_code, 2) << line;
  }
}

TEST(CommandLine, RotationVerbsFillTheirRequests) {
  const auto plain = Parsed<RotateCommand>("rotate e.com");
  EXPECT_EQ(plain.request.domain(), "e.com");
  EXPECT_FALSE(plain.request.compromised());
  EXPECT_EQ(plain.wait, RotateWait::kOnTerminal);
  const auto now = Parsed<RotateCommand>("rotate e.com --sender n --compromised --destroy-now");
  EXPECT_TRUE(now.request.compromised());
  EXPECT_TRUE(now.request.destroy_now());
  EXPECT_EQ(Parsed<RotateCommand>("rotate e.com --wait").wait, RotateWait::kYes);
  EXPECT_EQ(Parsed<RotateCommand>("rotate e.com --no-wait").wait, RotateWait::kNo);
  EXPECT_EQ(Printed("rotate e.com --wait --no-wait").exit_code, 2);
  EXPECT_EQ(Printed("rotate e.com --destroy-now").exit_code, 2);
  EXPECT_TRUE(Parsed<v1::ListStepsRequest>("next --watches").watches());
  EXPECT_EQ(Parsed<v1::ListStepsRequest>("next e.com").domain(), "e.com");
  EXPECT_EQ(Parsed<v1::PauseDomainRequest>("domain pause e.com").domain(), "e.com");
  EXPECT_EQ(Parsed<v1::ResumeDomainRequest>("domain resume e.com").domain(), "e.com");
  EXPECT_TRUE(Parsed<v1::RevokeKeyRequest>("key revoke e.com s1 --compromised --destroy-now")
                  .destroy_now());
  EXPECT_EQ(Printed("key revoke e.com s1 --destroy-now").exit_code, 2);
}

TEST(CommandLine, ApplyTakesAFile) {
  const auto apply = Parsed<ApplyCommand>("apply domains.toml --yes --prune");
  EXPECT_EQ(apply.file, "domains.toml");
  EXPECT_TRUE(apply.yes);
  EXPECT_TRUE(apply.prune);
  EXPECT_TRUE(Parsed<ApplyCommand>("apply - --dry-run").dry_run);
  EXPECT_EQ(Printed("apply").exit_code, 2);
  EXPECT_EQ(Printed("apply f --yes --dry-run").exit_code, 2);
}

TEST(CommandLine, SignHasItsDefaults) {
  const auto sign = Parsed<SignCommand>("sign");
  EXPECT_EQ(sign.domain, "");
  EXPECT_EQ(sign.sender, "default");
  EXPECT_EQ(sign.canonicalization, "relaxed/relaxed");
  EXPECT_EQ(sign.algorithm, std::nullopt);
  EXPECT_EQ(sign.time, std::nullopt);
  EXPECT_TRUE(sign.headers.empty());
}

TEST(CommandLine, SignTakesAllItsOptions) {
  const auto sign = Parsed<SignCommand>(
      "sign --domain e.com --sender n --selector s1 --algorithm ed25519-sha256 --canonicalization "
      "simple/relaxed --headers From:To:Subject --time 12 --expires-in 3600 --identity a@e.com "
      "--fix-newlines");
  EXPECT_EQ(sign.selector, "s1");
  EXPECT_EQ(sign.algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(sign.canonicalization, "simple/relaxed");
  EXPECT_THAT(sign.headers, ElementsAre("From", "To", "Subject"));
  EXPECT_EQ(sign.time, 12);
  EXPECT_EQ(sign.expires, std::chrono::seconds(3600));
  EXPECT_EQ(sign.identity, "a@e.com");
  EXPECT_TRUE(sign.fix_newlines);
}

TEST(CommandLine, SignDigestNeedsAllItsOptions) {
  const auto digest = Parsed<SignDigestCommand>(
      "sign-digest --domain e.com --selector s1 --algorithm ed25519-sha256 abcd");
  EXPECT_EQ(digest.hex_digest, "abcd");
  EXPECT_EQ(digest.algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(Printed("sign-digest --domain e.com --selector s1 abcd").exit_code, 2);
}

TEST(CommandLine, BenchSignTakesTimeOrCount) {
  const auto bench =
      Parsed<BenchCommand>("bench sign --domain e.com --callers 16 --batch 8 --count 1000");
  EXPECT_EQ(bench.callers, 16U);
  EXPECT_EQ(bench.batch, 8U);
  EXPECT_EQ(bench.count, 1000U);
  EXPECT_EQ(Parsed<BenchCommand>("bench sign --domain e.com").seconds, 5U);
  EXPECT_EQ(Printed("bench sign --domain e.com --count 1 --seconds 1").exit_code, 2);
  EXPECT_EQ(Printed("bench sign --domain e.com --batch 65").exit_code, 2);
}

TEST(CommandLine, GlobalOptionsStandBeforeOrAfterTheVerb) {
  for (const char* line : {"--server a:1 --ca c --cert d --key k --json key list",
                           "key list --server a:1 --ca c --cert d --key k --json",
                           "key --json list --server a:1 --ca c --cert d --key k"}) {
    const GlobalOptions globals = Globals(line);
    EXPECT_EQ(globals.servers, "a:1") << line;
    EXPECT_EQ(globals.ca_file, "c") << line;
    EXPECT_EQ(globals.cert_file, "d") << line;
    EXPECT_EQ(globals.key_file, "k") << line;
    EXPECT_TRUE(globals.json) << line;
  }
}

TEST(CommandLine, TheEnvironmentStandsInAndTheCommandLineWins) {
  ASSERT_EQ(setenv("DKIMKEEPER_SERVER", "env:1", 1), 0);
  EXPECT_EQ(Globals("whoami").servers, "env:1");
  EXPECT_EQ(Globals("whoami --server word:2").servers, "word:2");
  ASSERT_EQ(unsetenv("DKIMKEEPER_SERVER"), 0);
  EXPECT_EQ(Globals("whoami").servers, "");
}

TEST(CommandLine, WrongUsageIsOneLineThatPointsToTheHelp) {
  for (const char* line :
       {"", "nonsense", "key", "key nonsense", "key generate", "key generate e.com --algorithm md5",
        "key show e.com s1 extra", "key list --nonsense", "grant add dns:a fly e.com",
        "grant add dns:a sign e.com --until soon", "group add group:g", "grant explain dns:a sign",
        "sign --expires-in -1", "completion fish"}) {
    const Printout printout = Printed(line);
    EXPECT_EQ(printout.exit_code, 2) << line;
    EXPECT_THAT(printout.text, StartsWith("dkimkeeper: ")) << line;
    EXPECT_THAT(printout.text, HasSubstr(" --help\n")) << line;
    EXPECT_EQ(printout.text.find('\n'), printout.text.size() - 1) << line;
  }
  EXPECT_THAT(Printed("key generate").text, HasSubstr("see dkimkeeper key generate --help"));
}

TEST(CommandLine, EveryVerbHasHelpWithExamples) {
  for (const char* line : {"domain add",
                           "domain list",
                           "domain show",
                           "domain remove",
                           "sender add",
                           "sender list",
                           "sender remove",
                           "key generate",
                           "key adopt",
                           "key activate",
                           "key list",
                           "key show",
                           "key reference",
                           "key retire",
                           "key revoke",
                           "key destroy",
                           "dns record",
                           "sign",
                           "sign-digest",
                           "grant add",
                           "grant list",
                           "grant remove",
                           "grant explain",
                           "group add",
                           "group remove",
                           "group list",
                           "group members",
                           "whoami",
                           "status",
                           "bench sign",
                           "completion",
                           "domain place",
                           "domain pause",
                           "domain resume",
                           "policy show",
                           "policy set",
                           "policy unset",
                           "policy preview",
                           "rotate",
                           "next",
                           "dns check",
                           "apply",
                           "token list",
                           "token show",
                           "token attest",
                           "token login",
                           "token compromised",
                           "token confirm-backup"}) {
    const Printout printout = Printed(std::string(line) + " --help");
    EXPECT_EQ(printout.exit_code, 0) << line;
    EXPECT_THAT(printout.text, HasSubstr("Examples:\n  ")) << line;
  }
  EXPECT_THAT(Printed("--help").text, HasSubstr("Exit status: 0 done"));
  EXPECT_THAT(Printed("--version").text, StartsWith("dkimkeeper "));
}

}  // namespace
}  // namespace dkimkeeper
