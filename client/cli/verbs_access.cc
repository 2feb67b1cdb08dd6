// grant …, whoami, status
#include "client/cli/names.h"
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

template <typename Request>
void NeedGrant(Verb<Request>& verb) {
  v1::Grant& grant = *verb.request->mutable_grant();
  verb.NeededText("IDENTITY", *grant.mutable_identity(), "uri:…, dns:… or unix:…");
  verb.app
      .template add_option_function<std::string>(
          "VERB", [&grant](const std::string& name) { grant.set_verb(VerbOf(name)); },
          "What it may do")
      ->check(CLI::IsMember({"sign", "rotate", "audit", "administer"}))
      ->required();
  verb.NeededText("DOMAIN", *grant.mutable_domain(), "The domain, or '*' for every domain");
  verb.Text("--sender", *grant.mutable_sender(), "A sender, or '*' for all; else \"default\"");
}

}  // namespace

void AddAccessVerbs(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "grant", "Who may do what; all else is denied");

  auto add = AddVerb<v1::AddGrantRequest>(
      group, chosen, "add", "Let an identity do something",
      "  dkimkeeper grant add uri:spiffe://example.com/mx1 sign example.com\n"
      "  dkimkeeper grant add dns:ops.example.com rotate example.com --sender '*'\n"
      "  dkimkeeper grant add unix:auditors audit '*'");
  NeedGrant(add);

  auto list = AddVerb<v1::ListGrantsRequest>(group, chosen, "list", "Grants",
                                             "  dkimkeeper grant list\n"
                                             "  dkimkeeper grant list --domain example.com");
  list.Text("--identity", *list.request->mutable_identity(), "Only this identity's");
  list.Text("--domain", *list.request->mutable_domain(), "Only on this domain");

  auto remove = AddVerb<v1::RemoveGrantRequest>(
      group, chosen, "remove", "Take a grant back; name it as it was added",
      "  dkimkeeper grant remove uri:spiffe://example.com/mx1 sign example.com");
  NeedGrant(remove);

  AddVerb<v1::WhoAmIRequest>(root, chosen, "whoami", "You, as the server sees you",
                             "  dkimkeeper whoami");
  AddVerb<v1::GetStatusRequest>(root, chosen, "status", "The service, its tokens and alarms",
                                "  dkimkeeper status\n"
                                "  dkimkeeper status --json");
}

}  // namespace dkimkeeper
