// policy …
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

constexpr std::int64_t kYearMs = 365LL * 86'400'000;

template <typename Request>
void TakeLine(Verb<Request>& verb) {
  verb.NeededText("DOMAIN", *verb.request->mutable_domain(), kDomainHelp);
  verb.Text("--sender", *verb.request->mutable_sender(), "Only for this sender of it");
}

// NAME=VALUE …
template <typename Request>
void NeedSettings(Verb<Request>& verb) {
  verb.app
      .template add_option_function<std::vector<std::string>>(
          "SETTING",
          [request = verb.request](const std::vector<std::string>& settings) {
            for (const std::string& text : settings) {
              const std::size_t equals = text.find('=');
              v1::Setting& setting = *request->add_set();
              setting.set_name(text.substr(0, equals));
              setting.set_value(text.substr(equals + 1));
            }
          },
          "Settings to change, e.g. rotation_period=90d")
      ->type_name("NAME=VALUE")
      ->check([](const std::string& text) {
        const std::size_t equals = text.find('=');
        return equals == std::string::npos || equals == 0 ? "write NAME=VALUE instead of " + text
                                                          : std::string();
      });
}

void AddShow(CLI::App& group, Chosen& chosen) {
  auto show = AddVerb<v1::GetPolicyRequest>(
      group, chosen, "show", "Every setting: its value, where that is from, what it means",
      "  dkimkeeper policy show\n"
      "  dkimkeeper policy show example.com\n"
      "  dkimkeeper policy show example.com --sender newsletter\n"
      "\n"
      "Without a domain: what the service's configuration says.");
  show.Text("DOMAIN", *show.request->mutable_domain(), kDomainHelp);
  show.Text("--sender", *show.request->mutable_sender(), "As it is for this sender of it");
}

void AddChanging(CLI::App& group, Chosen& chosen) {
  auto set = AddVerb<v1::SetPolicyRequest>(
      group, chosen, "set", "Change how the keys of a domain, or of one of its senders, live",
      "  dkimkeeper policy set example.com rotation_period=90d standby=true\n"
      "  dkimkeeper policy set example.com \"algorithms=rsa-sha256 ed25519-sha256\"\n"
      "  dkimkeeper policy set example.com --sender newsletter mode=manual\n"
      "\n"
      "`dkimkeeper policy preview` shows beforehand what would come of it.");
  TakeLine(set);
  NeedSettings(set);
  set.app.get_option("SETTING")->required();

  auto unset = AddVerb<v1::SetPolicyRequest>(
      group, chosen, "unset",
      "Take settings back: a sender follows its domain, a domain the service",
      "  dkimkeeper policy unset example.com rotation_period\n"
      "  dkimkeeper policy unset example.com --sender newsletter mode");
  TakeLine(unset);
  unset.app
      .add_option_function<std::vector<std::string>>(
          "NAME",
          [request = unset.request](const std::vector<std::string>& names) {
            for (const std::string& name : names) request->add_unset(name);
          },
          "Settings to take back")
      ->required();
}

void AddPreview(CLI::App& group, Chosen& chosen) {
  auto preview = AddVerb<v1::PreviewPolicyRequest>(
      group, chosen, "preview", "What a change would bring and when, without making it",
      "  dkimkeeper policy preview example.com rotation_period=90d\n"
      "  dkimkeeper policy preview example.com --unset standby --years 5\n"
      "\n"
      "The steps to come, by time: those that would be new have a +, those that would fall away\n"
      "a -.");
  TakeLine(preview);
  NeedSettings(preview);
  preview.app
      .add_option_function<std::vector<std::string>>(
          "--unset",
          [request = preview.request](const std::vector<std::string>& names) {
            for (const std::string& name : names) request->add_unset(name);
          },
          "A setting to take back; may stand several times")
      ->type_name("NAME")
      ->allow_extra_args(false);
  preview.app
      .add_option_function<std::int64_t>(
          "--years",
          [request = preview.request](std::int64_t years) {
            request->set_horizon_ms(years * kYearMs);
          },
          "How far to look, at most 10; else 2")
      ->check(CLI::Range(1, 10));
}

}  // namespace

void AddPolicyVerbs(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "policy", "How keys live: rotation, algorithms, records, proof");
  AddShow(group, chosen);
  AddChanging(group, chosen);
  AddPreview(group, chosen);
}

}  // namespace dkimkeeper
