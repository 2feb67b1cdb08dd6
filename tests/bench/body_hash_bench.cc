// What canonicalisation costs: BodyHash, with all its checks, beside SHA-256 of the same octets, in
// alternating rounds of one run. Chunks of 65,535 octets, as a milter gets them.
//
//   body_hash_bench [ROUNDS]      (default 21; prints medians)
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/dkim/body_hash.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kChunk = 65535;
constexpr std::size_t kOctetsOfRound = 20'000'000;

// `size` octets of lines, each as `line` writes it from its number.
std::string BodyOf(std::size_t size, const std::function<std::string(unsigned)>& line) {
  std::string body;
  for (unsigned number = 0; body.size() < size; ++number) body.append(line(number)).append("\r\n");
  return body;
}

std::string Base64Line(unsigned number) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string line;
  for (unsigned i = 0; i < 76; ++i) line += kAlphabet[(number * 31 + i * 17 + i * i) % 64];
  return line;
}

std::string TextLine(unsigned number) {
  std::string line = "We are glad to tell you, dear customer " + std::to_string(number) +
                     ", that your parcel has left.";
  return number % 9 == 0 ? "" : line;
}

std::string BlankLine(unsigned number) {
  return "|  item " + std::to_string(number) + "   |      4.50  \t|   paid    |  a  b   c     |   ";
}

void HashPlain(std::string_view body) {
  std::array<unsigned char, 32> digest{};
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  for (std::size_t at = 0; at < body.size(); at += kChunk) {
    const std::string_view chunk = body.substr(at, kChunk);
    EVP_DigestUpdate(context, chunk.data(), chunk.size());
  }
  if (EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1) std::abort();
  EVP_MD_CTX_free(context);
}

void HashBody(std::string_view body, Canonicalization canonicalization) {
  BodyHash hash(BareNewline::kRefuse);
  hash.Require(canonicalization);
  for (std::size_t at = 0; at < body.size(); at += kChunk) {
    if (!hash.Append(body.substr(at, kChunk))) std::abort();
  }
  if (!hash.Finish()) std::abort();
}

// Megabytes a second of as many calls as make a round.
double Speed(std::size_t size, const std::function<void()>& call) {
  const std::size_t calls = std::max<std::size_t>(1, kOctetsOfRound / size);
  const auto begun = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < calls; ++i) call();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun;
  return static_cast<double>(calls * size) / 1e6 / spent.count();
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

void Compare(const char* name, const std::string& body, int rounds) {
  std::vector<double> plain;
  std::vector<double> simple;
  std::vector<double> relaxed;
  for (int round = 0; round < rounds; ++round) {
    plain.push_back(Speed(body.size(), [&] { HashPlain(body); }));
    simple.push_back(Speed(body.size(), [&] { HashBody(body, Canonicalization::kSimple); }));
    relaxed.push_back(Speed(body.size(), [&] { HashBody(body, Canonicalization::kRelaxed); }));
  }
  const auto ratio = [&](const std::vector<double>& of) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < of.size(); ++i) ratios.push_back(of[i] / plain[i]);
    return Median(ratios);
  };
  std::printf(
      "%-8s %9zu octets  SHA-256 %5.0f MB/s  simple %5.0f MB/s %5.2f  relaxed %5.0f MB/s %5.2f\n",
      name, body.size(), Median(plain), Median(simple), ratio(simple), Median(relaxed),
      ratio(relaxed));
}

}  // namespace
}  // namespace dkimkeeper

int main(int argc, char** argv) {
  using namespace dkimkeeper;
  const int rounds =
      argc > 1 ? std::max(1, static_cast<int>(std::strtol(argv[1], nullptr, 10))) : 21;
  for (const std::size_t size : {std::size_t{4'000}, std::size_t{10'000'000}}) {
    Compare("base64", BodyOf(size, Base64Line), rounds);
    Compare("text", BodyOf(size, TextLine), rounds);
    Compare("blanks", BodyOf(size, BlankLine), rounds);
  }
  return 0;
}
