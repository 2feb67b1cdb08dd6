// approval …, rule …
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

constexpr const char* kNone = "none";

template <typename Request>
void NeedId(Verb<Request>& verb) {
  verb.NeededText("ID", *verb.request->mutable_id(), "The approval", "ID");
}

void AddApproval(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "approval", "Acts that wait for a second administrator");
  auto list = AddVerb<v1::ListApprovalsRequest>(group, chosen, "list",
                                                "What waits for approval, newest first",
                                                "  dkimkeeper approval list\n"
                                                "  dkimkeeper approval list --all");
  list.app.add_flag_callback(
      "--all", [request = list.request] { request->set_all(true); },
      "Those too that were approved or refused, or are over");

  auto show = AddVerb<v1::GetApprovalRequest>(group, chosen, "show",
                                              "What is asked for, and how to approve it",
                                              "  dkimkeeper approval show 0f3a…");
  NeedId(show);

  auto approve = AddVerb<v1::ApproveRequestRequest>(
      group, chosen, "approve", "Do what another administrator asked for",
      "  dkimkeeper approval approve 0f3a… 51c7…\n"
      "\n"
      "ID and SEEN as `dkimkeeper approval show` prints them: what changed since it was looked at\n"
      "is not approved. Exactly what was asked for is done.");
  NeedId(approve);
  approve.NeededText("SEEN", *approve.request->mutable_seen(), "What was looked at", "SEEN");

  auto refuse = AddVerb<v1::RefuseRequestRequest>(group, chosen, "refuse",
                                                  "Say no, or take back what oneself asked for",
                                                  "  dkimkeeper approval refuse 0f3a…");
  NeedId(refuse);
}

void AddRule(CLI::App& root, Chosen& chosen) {
  CLI::App& group =
      AddGroup(root, "rule", "The two-person rule: acts that need two administrators");
  AddVerb<v1::GetRuleRequest>(group, chosen, "show", "Which acts need two administrators",
                              "  dkimkeeper rule show");
  auto set = AddVerb<v1::SetRuleRequest>(
      group, chosen, "set", "Say which acts need two administrators, in place of those before",
      "  dkimkeeper rule set destroy remove-domain grant-administer rule\n"
      "  dkimkeeper rule set none\n"
      "\n"
      "With \"rule\" among them, the next change of the rule needs two administrators as well.\n"
      "Stopping a key (`key revoke --compromised`) always needs one only.");
  set.app
      .add_option_function<std::vector<std::string>>(
          "ACT",
          [request = set.request](const std::vector<std::string>& acts) {
            for (const std::string& act : acts) {
              if (act != kNone) request->add_acts(act);
            }
          },
          "An act; \"none\" for no rule")
      ->check(CLI::IsMember({"activate-without-dns-proof", "adopt", "destroy", "grant-administer",
                             "lift-headers", "remove-domain", "remove-sender", "revoke", "rule",
                             "shorten", kNone}))
      ->required();
}

}  // namespace

void AddApprovalVerbs(CLI::App& root, Chosen& chosen) {
  AddApproval(root, chosen);
  AddRule(root, chosen);
}

}  // namespace dkimkeeper
