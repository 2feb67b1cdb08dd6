// sign, sign-digest, bench sign
#include <array>

#include "client/cli/bench.h"
#include "client/cli/key_choice.h"
#include "client/cli/local_agent.h"
#include "client/cli/session.h"
#include "client/cli/sign_message.h"
#include "proto/dkim/base64.h"

namespace dkimkeeper {
namespace {

Result<DigestToSign> ToDigest(const SignDigestCommand& command) {
  Result<Domain> domain = Domain::Parse(command.domain);
  if (!domain) return Forward(domain);
  Result<Selector> selector = Selector::Parse(command.selector, Underscore::kAllowed);
  if (!selector) return Forward(selector);
  const Result<Sha256Digest> digest = Sha256Digest::FromHex(command.hex_digest);
  if (!digest) return Forward(digest);
  return DigestToSign{*std::move(domain), *std::move(selector), command.algorithm, *digest};
}

Result<BenchPlan> ToPlan(const BenchCommand& command, OperatorClient& server) {
  const Result<Domain> domain = Domain::Parse(command.domain);
  if (!domain) return Forward(domain);
  const Result<SigningKeys> keys = server.ListSigningKeys(*domain);
  if (!keys) return Forward(keys);
  const auto chosen = ChooseKeys(*keys, *domain, {command.sender, "", command.algorithm});
  if (!chosen) return Forward(chosen);
  return BenchPlan{.domain = *domain,
                   .selector = chosen->front().selector,
                   .algorithm = chosen->front().algorithm,
                   .callers = command.callers,
                   .batch = command.batch,
                   .headers = command.headers || chosen->front().headers_required,
                   .time = std::chrono::seconds(command.seconds),
                   .count = command.count};
}

}  // namespace

Outcome Run(Session& session, const SignCommand& command) {
  const std::unique_ptr<Client> client = session.server().ShareConnection();
  const Surroundings& around = session.around();
  return SignMessage(
      command, {around.in, around.out, around.temp_directory},
      {[&](const Domain& domain) { return session.server().ListSigningKeys(domain); }, *client},
      session.now_ms() / 1000);
}

Outcome SignWithAgent(const SignCommand& command, const Surroundings& around) {
  ReferenceClientOptions options;
  if (!command.agent.empty()) options.socket = command.agent;
  LocalAgent agent(std::move(options));
  return SignMessage(
      command, {around.in, around.out, around.temp_directory},
      {[&](const Domain& domain) { return agent.KeysOf(domain, command.selector); }, agent},
      around.now_ms() / 1000);
}

Outcome Run(Session& session, const SignDigestCommand& command) {
  const Result<DigestToSign> digest = ToDigest(command);
  if (!digest) return Forward(digest);
  const std::array items{*digest};
  const auto signatures = session.server().ShareConnection()->SignDigests(items);
  if (!signatures.at(0)) return Forward(signatures.at(0));
  const std::string signature = EncodeBase64(*signatures.at(0));
  return session.Print({{"signature", signature}}, signature + "\n");
}

Outcome Run(Session& session, const BenchCommand& command) {
  const Result<BenchPlan> plan = ToPlan(command, session.server());
  if (!plan) return Forward(plan);
  const Surroundings& around = session.around();
  const auto progress = [&](std::uint64_t signatures, std::chrono::seconds since_start) {
    if (!around.err_is_terminal) return;
    around.err << "\r" << since_start.count() << " s: " << signatures << " signatures"
               << std::flush;
  };
  const std::unique_ptr<Client> client = session.server().ShareConnection();
  const Result<BenchResult> result = RunBench(*plan, *client, progress);
  if (around.err_is_terminal) around.err << "\r\033[K" << std::flush;
  if (!result) return Forward(result);
  return session.Print(ToJson(*result), ShowBench(*result));
}

}  // namespace dkimkeeper
