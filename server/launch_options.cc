#include "server/launch_options.h"

#include <unistd.h>

#include <utility>

#include "proto/base/process_hardening.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using launcher::WorkerRecipe;

constexpr const char* kWorkerName = "dkimkeeper-token";

tl::unexpected<Error> BadConfig(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadConfig, std::move(message));
}

// One word each, so that no value is taken for an option.
std::vector<std::string> ArgumentsOf(const TokenConfig& token) {
  std::vector<std::string> arguments = {
      "serve",
      "--name=" + token.name,
      "--module=" + token.module,
      token.label.empty() ? "--serial=" + token.serial : "--label=" + token.label,
      "--sessions=" + std::to_string(token.sessions),
      "--socket-fd=" + std::to_string(launcher::kWorkerSocket),
      "--pin-fd=" + std::to_string(launcher::kWorkerPin),
      "--ledger-fd=" + std::to_string(launcher::kWorkerLedger),
      "--destroy-limit=" + std::to_string(token.destroy_limit),
      std::string("--sandbox=") + ToString(token.sandbox),
  };
  for (const std::string& call : token.sandbox_allow) {
    arguments.push_back("--sandbox-allow=" + call);
  }
  return arguments;
}

Result<std::string> PinPathOf(const TokenConfig& token, const char* credentials_directory) {
  if (!token.pin_file.empty()) return token.pin_file;
  if (credentials_directory != nullptr) {
    return std::string(credentials_directory) + "/" + token.pin_credential;
  }
  return BadConfig("the PIN of token " + token.name +
                   " is a systemd credential, but there is no $CREDENTIALS_DIRECTORY; start the "
                   "service with LoadCredential=, or name a file as pin_file");
}

std::string WorkerProgram(const Config& config, const std::string& own_program) {
  if (!config.isolation.worker.empty()) return config.isolation.worker;
  return own_program.substr(0, own_program.rfind('/') + 1) + kWorkerName;
}

Result<std::vector<WorkerRecipe>> RecipesOf(const Config& config,
                                            const LaunchSurroundings& surroundings) {
  std::vector<WorkerRecipe> recipes;
  for (const TokenConfig& token : config.tokens) {
    auto pin = PinPathOf(token, surroundings.credentials_directory);
    if (!pin) return Forward(pin);
    recipes.push_back({.token = token.name,
                       .program = WorkerProgram(config, surroundings.own_program),
                       .arguments = ArgumentsOf(token),
                       .environment = token.environment,
                       .pin_path = *std::move(pin),
                       .max_workers = token.workers});
  }
  return recipes;
}

Outcome AddAccounts(const IsolationConfig& isolation, launcher::SplitOptions& options) {
  if (isolation.daemon_user.empty()) return {};
  auto daemon = launcher::FindAccount(isolation.daemon_user);
  if (!daemon) return Forward(daemon);
  auto workers = launcher::FindAccount(isolation.token_user);
  if (!workers) return Forward(workers);
  if (daemon->uid == workers->uid) {
    return BadConfig(
        "[isolation] daemon_user and token_user are one account, which keeps nothing apart; name "
        "two");
  }
  if (::geteuid() != 0) {
    return BadConfig(
        "[isolation] names accounts, which takes root at the start; start it as root, or remove "
        "daemon_user and token_user");
  }
  options.daemon = *std::move(daemon);
  options.workers = *std::move(workers);
  return {};
}

launcher::Tell TellInto(EventLog& events) {
  return [&events](bool trouble, std::string_view event, std::string_view token,
                   std::string_view what) {
    events.Write(trouble ? Severity::kWarning : Severity::kInfo, event,
                 {{"token", token}, {"what", what}});
  };
}

}  // namespace

Result<launcher::SplitOptions> LaunchOptions(const Config& config,
                                             const LaunchSurroundings& surroundings,
                                             EventLog& events) {
  auto recipes = RecipesOf(config, surroundings);
  if (!recipes) return Forward(recipes);
  launcher::SplitOptions options{.recipes = *std::move(recipes),
                                 .state = config.isolation.state,
                                 .daemon = std::nullopt,
                                 .workers = std::nullopt,
                                 .harden = HardenProcess,
                                 .tell = TellInto(events)};
  if (const auto added = AddAccounts(config.isolation, options); !added) return Forward(added);
  if (!options.daemon && ::geteuid() == 0) events.Warning("isolation.none", {{"user", "root"}});
  return options;
}

}  // namespace dkimkeeper
