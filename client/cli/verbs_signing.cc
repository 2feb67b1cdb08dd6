// sign, sign-digest, bench …
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

void AddSign(CLI::App& root, Chosen& chosen) {
  auto sign = AddVerb<SignCommand>(
      root, chosen, "sign", "Sign a message: standard input to standard output",
      "  dkimkeeper sign < message > signed\n"
      "  dkimkeeper sign --domain example.com --sender newsletter < message > signed\n"
      "  dkimkeeper sign --selector s1 --canonicalization simple/simple < message > signed\n"
      "\n"
      "Signs with every algorithm that has a key, in one pass. On failure nothing is written to\n"
      "standard output. Lines of mail end in CRLF: a message whose lines all end in LF, as files\n"
      "on Unix do, comes out with CRLF; a mixture is refused unless --fix-newlines is given.\n"
      "\n"
      "With --agent, or where no server is named, this host's agent is asked at its socket: no\n"
      "certificate, no handshake; what you may sign for is in its [[local.access]].");
  SignCommand& request = *sign.request;
  sign.app.add_option("--agent", request.agent, "The socket of this host's agent")
      ->envname("DKIMKEEPER_AGENT_SOCKET")
      ->type_name("FILE");
  sign.Text("--domain", request.domain, "d=; else the domain of the From field");
  sign.Text("--sender", request.sender, "The sender; else \"default\"");
  sign.Text("--selector", request.selector, "Sign with this key only");
  AddAlgorithm(sign.app, "Sign with keys of this algorithm only",
               [kept = sign.request](Algorithm algorithm) { kept->algorithm = algorithm; });
  sign.Text("--canonicalization", request.canonicalization,
            "Header/body: simple or relaxed; else relaxed/relaxed", "H/B");
  sign.app
      .add_option_function<std::string>(
          "--headers",
          [kept = sign.request](const std::string& list) {
            kept->headers = CLI::detail::split(list, ':');
          },
          "Header fields to sign, e.g. from:to:subject")
      ->type_name("LIST");
  sign.app.add_option("--time", request.time, "t= in seconds since 1970; else now")
      ->type_name("SECONDS");
  sign.app
      .add_option_function<std::int64_t>(
          "--expires-in",
          [kept = sign.request](std::int64_t seconds) {
            kept->expires = std::chrono::seconds(seconds);
          },
          "x= is so many seconds after t=")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
  sign.Text("--identity", request.identity, "i=, at or below the domain");
  sign.app.add_flag("--fix-newlines", request.fix_newlines,
                    "Make every CR and LF that stands alone a CRLF");
}

void AddSignDigest(CLI::App& root, Chosen& chosen) {
  auto digest = AddVerb<SignDigestCommand>(
      root, chosen, "sign-digest", "Sign a SHA-256 digest; prints the signature in base64",
      "  dkimkeeper sign-digest --domain example.com --selector s1 --algorithm rsa-sha256 \\\n"
      "      \"$(sha256sum < header | cut -d' ' -f1)\"");
  SignDigestCommand& request = *digest.request;
  digest.NeededText("--domain", request.domain, "The key's domain");
  digest.NeededText("--selector", request.selector, "The key's selector");
  AddAlgorithm(digest.app, "The key's algorithm", [kept = digest.request](Algorithm algorithm) {
    kept->algorithm = algorithm;
  })->required();
  digest.NeededText("HEXDIGEST", request.hex_digest, "64 hexadecimal digits", "HEX");
}

void AddBench(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "bench", "Measurements");
  auto sign = AddVerb<BenchCommand>(
      group, chosen, "sign", "Signatures a second, and how long callers wait",
      "  dkimkeeper bench sign --domain example.com\n"
      "  dkimkeeper bench sign --domain example.com --callers 16 --seconds 10\n"
      "  dkimkeeper bench sign --domain example.com --algorithm ed25519-sha256 --count 100000 "
      "--batch 16\n"
      "\n"
      "Times are of whole calls: of a batch, where there is one.");
  BenchCommand& request = *sign.request;
  sign.NeededText("--domain", request.domain, "The domain to sign for");
  sign.Text("--sender", request.sender, "The sender; else \"default\"");
  AddAlgorithm(sign.app, "The algorithm; else the first that has a key",
               [kept = sign.request](Algorithm algorithm) { kept->algorithm = algorithm; });
  sign.app.add_option("--callers", request.callers, "How many ask at the same time; else 1")
      ->check(CLI::Range(1U, 1024U));
  sign.app.add_option("--batch", request.batch, "Digests in a call; else 1")
      ->check(CLI::Range(1U, 64U));
  sign.app.add_flag("--headers", request.headers,
                    "By SignHeaders: the server looks at a header, and hashes it");
  CLI::Option* seconds = sign.app.add_option("--seconds", request.seconds, "How long; else 5")
                             ->check(CLI::Range(1U, 86'400U));
  sign.app.add_option("--count", request.count, "How many signatures, instead of how long")
      ->check(CLI::PositiveNumber)
      ->excludes(seconds);
}

}  // namespace

void AddSigningVerbs(CLI::App& root, Chosen& chosen) {
  AddSign(root, chosen);
  AddSignDigest(root, chosen);
  AddBench(root, chosen);
}

}  // namespace dkimkeeper
