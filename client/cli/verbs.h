// How verbs are declared to CLI11. Included by the files that declare them only: CLI11 is slow to
// compile.
#ifndef CLIENT_CLI_VERBS_H_
#define CLIENT_CLI_VERBS_H_

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "client/cli/command.h"
#include "proto/dkim/algorithm.h"

namespace dkimkeeper {

// Set by the verb that the command line calls.
struct Chosen {
  std::optional<Command> command;
  std::string completion_for;  // the shell, when completion was asked for
};

// A verb and the request that its arguments fill in. CLI11 keeps both.
template <typename Request>
struct Verb {
  CLI::App& app;
  std::shared_ptr<Request> request;

  Verb& Text(const char* name, std::string& target, const char* what, const char* type = "TEXT") {
    app.add_option(name, target, what)->type_name(type);
    return *this;
  }
  Verb& NeededText(const char* name, std::string& target, const char* what,
                   const char* type = "TEXT") {
    app.add_option(name, target, what)->type_name(type)->required();
    return *this;
  }
};

// `examples` stand at the end of the verb's help.
template <typename Request>
Verb<Request> AddVerb(CLI::App& group, Chosen& chosen, const char* name, const char* what,
                      const char* examples) {
  CLI::App& app = *group.add_subcommand(name, what);
  app.footer(std::string("Examples:\n") + examples);
  auto request = std::make_shared<Request>();
  app.callback([request, &chosen] { chosen.command = *request; });
  return {app, request};
}

// A noun that verbs belong to.
inline CLI::App& AddGroup(CLI::App& root, const char* name, const char* what) {
  CLI::App& group = *root.add_subcommand(name, what);
  group.require_subcommand(1);
  return group;
}

// `--algorithm` and what it sets: called with a good value only.
template <typename Setter>
CLI::Option* AddAlgorithm(CLI::App& app, const char* what, const Setter& set) {
  return app
      .add_option_function<std::string>(
          "--algorithm", [set](const std::string& name) { set(*ParseAlgorithm(name)); }, what)
      ->check(CLI::IsMember({"rsa-sha256", "ed25519-sha256"}));
}

inline constexpr const char* kDomainHelp = "The domain, in ASCII (xn--…) or as people write it";

void AddDomainVerbs(CLI::App& root, Chosen& chosen);
void AddDnsVerbs(CLI::App& root, Chosen& chosen);
void AddPolicyVerbs(CLI::App& root, Chosen& chosen);
void AddRotationVerbs(CLI::App& root, Chosen& chosen);
void AddApplyVerb(CLI::App& root, Chosen& chosen);
void AddImportVerb(CLI::App& root, Chosen& chosen);
void AddKeyVerbs(CLI::App& root, Chosen& chosen);
void AddTokenVerbs(CLI::App& root, Chosen& chosen);
void AddAccessVerbs(CLI::App& root, Chosen& chosen);
void AddApprovalVerbs(CLI::App& root, Chosen& chosen);
void AddSigningVerbs(CLI::App& root, Chosen& chosen);
void AddAuditVerbs(CLI::App& root, Chosen& chosen);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_VERBS_H_
