#include "client/cli/command_line.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "client/cli/completion.h"
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

constexpr int kUsage = 2;

constexpr const char* kExamples =
    "Examples:\n"
    "  dkimkeeper domain add example.com\n"
    "  dkimkeeper key generate example.com --selector s1\n"
    "  dkimkeeper dns record example.com s1 --format zone\n"
    "  dkimkeeper dns check example.com s1\n"
    "  dkimkeeper key activate example.com s1\n"
    "  dkimkeeper next example.com\n"
    "  dkimkeeper grant add uri:spiffe://example.com/mx1 sign example.com\n"
    "  dkimkeeper sign --domain example.com < message > signed\n"
    "\n"
    "The options above may stand before or after the verb. Each verb has a --help of its own.\n"
    "Exit status: 0 done; 1 refused or failed, a sentence on standard error says why; 2 usage.";

void AddGlobalOptions(CLI::App& app, GlobalOptions& globals) {
  app.add_option("--server", globals.servers,
                 "host:port or unix:/path; several with commas between are tried in order")
      ->envname("DKIMKEEPER_SERVER")
      ->type_name("ADDR");
  app.add_option("--ca", globals.ca_file, "PEM: who signed the server's certificate")
      ->envname("DKIMKEEPER_CA")
      ->type_name("FILE");
  app.add_option("--cert", globals.cert_file, "PEM: your certificate")
      ->envname("DKIMKEEPER_CERT")
      ->type_name("FILE");
  app.add_option("--key", globals.key_file, "PEM: its private key")
      ->envname("DKIMKEEPER_KEY")
      ->type_name("FILE");
  app.add_flag("--json", globals.json, "Print one JSON document");
  app.set_version_flag("--version", std::string("dkimkeeper ") + DKIMKEEPER_VERSION);
}

void AddCompletion(CLI::App& app, Chosen& chosen) {
  CLI::App& completion = *app.add_subcommand("completion", "A script that completes verbs");
  completion.add_option("SHELL", chosen.completion_for, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
  completion.footer("Examples:\n  source <(dkimkeeper completion bash)");
}

CompletedOption DescribeOption(const CLI::Option& option) {
  CompletedOption described{.name = "--" + option.get_lnames().front()};
  if (option.get_items_expected_max() == 0) return described;
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  if (type == "FILE") {
    described.value = OptionValue::kFile;
  } else if (open == std::string::npos) {
    described.value = OptionValue::kAny;
  } else {
    described.value = OptionValue::kWord;
    described.words = CLI::detail::split(type.substr(open + 1, type.find('}') - open - 1), ',');
  }
  return described;
}

CompletedVerb DescribeVerb(const CLI::App& app) {
  CompletedVerb described{.name = app.get_name()};
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_lnames().empty()) described.options.push_back(DescribeOption(*option));
  }
  for (const CLI::App* verb : app.get_subcommands({})) {
    described.verbs.push_back(DescribeVerb(*verb));
  }
  return described;
}

// "dkimkeeper key generate": the verb that was called, for the pointer to its help.
std::string Called(const CLI::App& app) {
  for (const CLI::App* verb : app.get_subcommands()) return app.get_name() + " " + Called(*verb);
  return app.get_name();
}

Printout Explain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    std::ostringstream text;
    (void)app.exit(error, text, text);
    return {.exit_code = 0, .text = text.str()};
  }
  return {
      .exit_code = kUsage,
      .text = "dkimkeeper: " + std::string(error.what()) + "; see " + Called(app) + " --help\n"};
}

}  // namespace

std::variant<Invocation, Printout> ParseCommandLine(std::vector<std::string> words) {
  CLI::App app("DKIM keys in custody: manage them, and sign mail with them.", "dkimkeeper");
  app.fallthrough();  // before the verbs are added: they inherit it
  app.require_subcommand(1);
  app.footer(kExamples);
  GlobalOptions globals;
  Chosen chosen;
  AddGlobalOptions(app, globals);
  AddDomainVerbs(app, chosen);
  AddPolicyVerbs(app, chosen);
  AddKeyVerbs(app, chosen);
  AddRotationVerbs(app, chosen);
  AddDnsVerbs(app, chosen);
  AddApplyVerb(app, chosen);
  AddImportVerb(app, chosen);
  AddSigningVerbs(app, chosen);
  AddTokenVerbs(app, chosen);
  AddAccessVerbs(app, chosen);
  AddApprovalVerbs(app, chosen);
  AddAuditVerbs(app, chosen);
  AddCompletion(app, chosen);
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return Explain(app, error);
  }
  if (chosen.completion_for == "bash") return Printout{0, BashCompletion(DescribeVerb(app))};
  if (chosen.completion_for == "zsh") return Printout{0, ZshCompletion(DescribeVerb(app))};
  return Invocation{std::move(globals), *std::move(chosen.command)};
}

}  // namespace dkimkeeper
