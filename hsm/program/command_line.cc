#include "hsm/program/command_line.h"

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "hsm/shared/destroy_ledger.h"
#include "hsm/worker/exit_status.h"

namespace dkimkeeper {
namespace {

constexpr const char* kExamples =
    "\n"
    "Examples:\n"
    "  dkimkeeper-token init --module /usr/lib/softhsm/libsofthsm2.so --label keeper \\\n"
    "      --pin-file pin --so-pin-file so-pin\n"
    "  dkimkeeper-token bench --module /usr/lib/softhsm/libsofthsm2.so --token keeper \\\n"
    "      --pin-file pin --threads 1 2 4\n"
    "  dkimkeeper-token import-key old.pem --label dkim:example.com:s1 \\\n"
    "      --module /usr/lib/softhsm/libsofthsm2.so --token keeper --pin-file pin\n";

// Goes into log lines as it is.
std::string CheckName(const std::string& name) {
  const bool good = !name.empty() && name.find_first_not_of(
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789._-") == std::string::npos;
  return good ? "" : "must be letters, digits, dots, hyphens and underscores";
}

void AddToken(CLI::App& verb, TokenAddress& token) {
  verb.add_option("--module", token.module, "The PKCS#11 library")->required();
  auto* which = verb.add_option_group("token", "Which token of the module");
  which->add_option("--token", token.label, "By its label");
  which->add_option("--serial", token.serial, "By its serial number");
  which->require_option(1, 2);
}

void AddPin(CLI::App& verb, std::string& file) {
  verb.add_option("--pin-file", file, "File that holds the user PIN and nothing else")->required();
}

CLI::App* AddServe(CLI::App& app, ServeLine& line) {
  auto* verb = app.add_subcommand(
      "serve", "Serve one token on an open socket; dkimkeeperd starts it, nobody else does");
  verb->add_option("--name", line.name, "The token's name in dkimkeeperd.toml")
      ->required()
      ->check(CheckName);
  verb->add_option("--module", line.token.module, "The PKCS#11 library")->required();
  auto* which = verb->add_option_group("token", "Which token of the module");
  which->add_option("--label,--token", line.token.label, "By its label");
  which->add_option("--serial", line.token.serial, "By its serial number");
  which->require_option(1, 2);
  verb->add_option("--sessions", line.sessions, "How many calls are inside the module at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  verb->add_option("--socket-fd", line.socket, "Descriptor of the socket")->capture_default_str();
  verb->add_option("--pin-fd", line.pin, "Descriptor of the PIN file")->capture_default_str();
  verb->add_option("--ledger-fd", line.shared, "Descriptor of the file that the workers share")
      ->capture_default_str();
  verb->add_option("--destroy-limit", line.destroy_limit, "How many keys an hour may be destroyed")
      ->check(CLI::Range(0U, DestroyLedger::kMostLimit))
      ->capture_default_str();
  const std::map<std::string, SandboxKind> kinds = {{"strict", SandboxKind::kStrict},
                                                    {"network", SandboxKind::kNetwork},
                                                    {"off", SandboxKind::kOff}};
  verb->add_option("--sandbox", line.sandbox.kind,
                   "Which system calls the module may make: strict, network or off")
      ->transform(CLI::Transformer(kinds))
      ->default_str("strict");
  verb->add_option("--sandbox-allow", line.sandbox.allow, "A further system call, by name");
  return verb;
}

CLI::App* AddInit(CLI::App& app, InitLine& line) {
  auto* verb = app.add_subcommand(
      "init", "Make an empty token ready: label, security officer's PIN and user PIN");
  verb->add_option("--module", line.module, "The PKCS#11 library")->required();
  verb->add_option("--label", line.label, "The label that the token gets")
      ->required()
      ->check([](const std::string& label) {
        return label.empty() || label.size() > 32 ? "must be 1 to 32 bytes long" : "";
      });
  AddPin(*verb, line.pin_file);
  verb->add_option("--so-pin-file", line.so_pin_file,
                   "File that holds the security officer's PIN and nothing else")
      ->required();
  return verb;
}

CLI::App* AddBench(CLI::App& app, BenchLine& line) {
  auto* verb = app.add_subcommand(
      "bench", "Measure the bare token: signatures a second, latency and CPU time");
  AddToken(*verb, line.token);
  AddPin(*verb, line.pin_file);
  verb->add_option("--key", line.key,
                   "CKA_ID, in hexadecimal, of the key to sign with; else one of each algorithm "
                   "is generated and destroyed");
  verb->add_option("--threads", line.threads, "Numbers of threads to measure with")
      ->check(CLI::Range(1, 256));
  verb->add_option("--seconds", line.seconds, "How long each measurement takes")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  verb->add_flag("--json", line.json, "Print JSON");
  return verb;
}

CLI::App* AddImport(CLI::App& app, ImportLine& line) {
  auto* verb = app.add_subcommand("import-key",
                                  "Bring an existing private key into the token, for a migration");
  verb->add_option("FILE", line.file, "PEM, not encrypted: RSA of at least 2048 bits, or Ed25519")
      ->required();
  verb->add_option("--label", line.key_label, "The key's label, dkim:DOMAIN:SELECTOR")->required();
  verb->add_option("--id", line.id, "CKA_ID in hexadecimal; else a random one");
  AddToken(*verb, line.token);
  AddPin(*verb, line.pin_file);
  return verb;
}

}  // namespace

CommandLine ParseCommandLine(int argc, char** argv) {
  CLI::App app("Works with one PKCS#11 token on the custody host. See dkimkeeper-token(8).",
               "dkimkeeper-token");
  app.footer(kExamples);
  app.require_subcommand(1);
  app.set_version_flag("--version", "dkimkeeper-token " DKIMKEEPER_VERSION);
  ServeLine serve;
  InitLine init;
  BenchLine bench;
  ImportLine import;
  const auto* serves = AddServe(app, serve);
  const auto* inits = AddInit(app, init);
  const auto* benches = AddBench(app, bench);
  AddImport(app, import);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ExitNow{app.exit(error) == 0 ? 0 : kExitUsage};
  }
  if (serves->parsed()) return serve;
  if (inits->parsed()) return init;
  if (benches->parsed()) return bench;
  return import;
}

}  // namespace dkimkeeper
