#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "hsm/program/commands.h"
#include "hsm/program/complain.h"
#include "hsm/program/open_connection.h"
#include "hsm/program/sign_loop.h"
#include "proto/dkim/algorithm.h"

namespace dkimkeeper {
namespace {

Deadline InAMinute() { return std::chrono::steady_clock::now() + std::chrono::minutes(1); }

// The keys to sign with, and whether they are ours to destroy.
Result<std::vector<TokenKey>> KeysOf(Token& token, const BenchLine& line) {
  if (line.key) {
    const Result<KeyId> id = KeyId::FromHex(*line.key);
    if (!id) return Forward(id);
    const Result<TokenKey> key = token.FindKey(*id, InAMinute());
    if (!key) return Forward(key);
    return std::vector{*key};
  }
  std::vector<TokenKey> keys;
  for (const Algorithm algorithm : token.Info().algorithms) {
    // A health key signs nothing that a receiver would take for mail.
    Result<TokenKey> key = token.GenerateKeyPair({.id = KeyId::Random(),
                                                  .purpose = KeyPurpose::kHealth,
                                                  .algorithm = algorithm,
                                                  .label = "health:bench"},
                                                 InAMinute());
    if (!key && key.error().reason == reason::kAlgorithmUnsupported) continue;
    if (!key) return Forward(key);
    keys.push_back(*std::move(key));
  }
  return keys;
}

Result<std::vector<TokenKey>> MakeReady(const BenchLine& line) {
  const auto token = OpenPkcs11Token(OptionsFor(line.token, line.pin_file));
  if (!token) return Forward(token);
  return KeysOf(**token, line);
}

Outcome CleanUp(const BenchLine& line, const std::vector<TokenKey>& keys) {
  if (line.key) return {};
  const auto token = OpenPkcs11Token(OptionsFor(line.token, line.pin_file));
  if (!token) return Forward(token);
  for (const TokenKey& key : keys) {
    if (Outcome gone = (*token)->DestroyPermanently(key.id, InAMinute()); !gone) return gone;
  }
  return {};
}

Result<std::vector<Measurement>> Measure(const BenchLine& line, const std::vector<TokenKey>& keys) {
  const unsigned most = *std::ranges::max_element(line.threads);
  const auto connection = OpenConnection(line.token, line.pin_file, most);
  if (!connection) return Forward(connection);
  std::vector<Measurement> all;
  for (const TokenKey& key : keys) {
    for (const unsigned threads : line.threads) {
      const auto one =
          MeasureSigning(**connection, key, threads, std::chrono::seconds(line.seconds));
      if (!one) return Forward(one);
      all.push_back(*one);
    }
  }
  return all;
}

std::string Name(const Measurement& one) {
  if (one.rsa_bits == 0) return std::string(AlgorithmName(one.algorithm));
  return std::string(AlgorithmName(one.algorithm)) + "/" + std::to_string(one.rsa_bits);
}

void PrintTable(const std::vector<Measurement>& all) {
  std::printf("%-20s %7s %10s %11s %9s %9s %12s\n", "algorithm", "threads", "signatures",
              "per second", "p50 us", "p99 us", "cpu us each");
  for (const Measurement& one : all) {
    std::printf("%-20s %7u %10lu %11.0f %9.0f %9.0f %12.0f\n", Name(one).c_str(), one.threads,
                one.signatures, one.per_second, one.p50_us, one.p99_us, one.cpu_us);
  }
}

void PrintJson(const std::vector<Measurement>& all) {
  std::printf("[");
  const char* separator = "\n";
  for (const Measurement& one : all) {
    std::printf(
        "%s  {\"algorithm\": \"%s\", \"rsa_bits\": %u, \"threads\": %u, "
        "\"signatures\": %lu, \"per_second\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
        "\"cpu_us\": %.1f}",
        separator, std::string(AlgorithmName(one.algorithm)).c_str(), one.rsa_bits, one.threads,
        one.signatures, one.per_second, one.p50_us, one.p99_us, one.cpu_us);
    separator = ",\n";
  }
  std::printf("\n]\n");
}

}  // namespace

int Bench(const BenchLine& line) {
  const auto keys = MakeReady(line);
  if (!keys) return Complain(keys.error());
  const auto measured = Measure(line, *keys);
  const Outcome cleaned = CleanUp(line, *keys);
  if (!measured) return Complain(measured.error());
  (line.json ? PrintJson : PrintTable)(*measured);
  return cleaned ? 0 : Complain(cleaned.error());
}

}  // namespace dkimkeeper
