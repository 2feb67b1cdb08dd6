// domain …, sender …
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

template <typename Request>
void TakePlacement(Verb<Request>& verb, const char* token_help) {
  verb.Text("--token", *verb.request->mutable_token(), token_help, "NAME");
  verb.Text("--standby-token", *verb.request->mutable_standby_token(),
            "Another one, that stands in when the first is lost", "NAME");
}

void AddPlace(CLI::App& group, Chosen& chosen) {
  auto place = AddVerb<v1::PlaceDomainRequest>(
      group, chosen, "place", "Choose the token that new keys are made in",
      "  dkimkeeper domain place example.com --token cloud --standby-token cold\n"
      "  dkimkeeper domain place example.com --sender newsletter --token cloud\n"
      "  dkimkeeper domain place example.com --sender newsletter --token ''\n"
      "\n"
      "Keys that exist stay where they are. An empty name takes the choice back.");
  place.NeededText("DOMAIN", *place.request->mutable_domain(), kDomainHelp);
  place.Text("--sender", *place.request->mutable_sender(), "Only this sender of it");
  TakePlacement(place, "The token; `dkimkeeper token list` shows what there is");
  place.app.get_option("--token")->required();
}

void AddPausing(CLI::App& group, Chosen& chosen) {
  auto pause = AddVerb<v1::PauseDomainRequest>(
      group, chosen, "pause", "Take no planned step for a domain until it is resumed",
      "  dkimkeeper domain pause example.com\n"
      "\n"
      "Hand-over windows still end, records are still watched, and `--compromised` still works.");
  pause.NeededText("DOMAIN", *pause.request->mutable_domain(), kDomainHelp);

  auto resume = AddVerb<v1::ResumeDomainRequest>(
      group, chosen, "resume", "Take planned steps again; every wait is counted anew",
      "  dkimkeeper domain resume example.com\n"
      "  dkimkeeper next example.com");
  resume.NeededText("DOMAIN", *resume.request->mutable_domain(), kDomainHelp);
}

void AddDomainGroup(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "domain", "Domains in custody");

  auto add = AddVerb<v1::AddDomainRequest>(group, chosen, "add", "Take a domain into custody",
                                           "  dkimkeeper domain add example.com\n"
                                           "  dkimkeeper domain add bücher.example\n"
                                           "  dkimkeeper domain add example.com --token cloud "
                                           "--standby-token cold");
  add.NeededText("DOMAIN", *add.request->mutable_domain(), kDomainHelp);
  add.app.add_flag_callback(
      "--allow-underscore", [request = add.request] { request->set_allow_underscore(true); },
      "Let selectors hold underscores, which RFC 6376 does not allow");
  TakePlacement(add, "The token to make its keys in; else the first that is configured");

  AddVerb<v1::ListDomainsRequest>(group, chosen, "list", "The domains that you have a right on",
                                  "  dkimkeeper domain list\n"
                                  "  dkimkeeper domain list --json");

  auto show = AddVerb<v1::GetDomainRequest>(group, chosen, "show", "One domain with its senders",
                                            "  dkimkeeper domain show example.com");
  show.NeededText("DOMAIN", *show.request->mutable_domain(), kDomainHelp);

  auto remove = AddVerb<v1::RemoveDomainRequest>(
      group, chosen, "remove", "Give a domain up: its keys go through the rest of their life",
      "  dkimkeeper domain remove example.com\n"
      "\n"
      "Nothing is dropped: each key drains, its record is withdrawn and removed, the key is\n"
      "destroyed; the domain goes with the last. Until then it is listed, and\n"
      "`dkimkeeper next example.com` shows what is still to come.");
  remove.NeededText("DOMAIN", *remove.request->mutable_domain(), kDomainHelp);
  AddPlace(group, chosen);
  AddPausing(group, chosen);
}

void AddSenderGroup(CLI::App& root, Chosen& chosen) {
  CLI::App& group =
      AddGroup(root, "sender", "Senders: lines of keys in a domain, so that services share none");

  auto add = AddVerb<v1::AddSenderRequest>(group, chosen, "add", "Add a sender to a domain",
                                           "  dkimkeeper sender add example.com newsletter");
  add.NeededText("DOMAIN", *add.request->mutable_domain(), kDomainHelp);
  add.NeededText("SENDER", *add.request->mutable_sender(), "Letters, digits and inner hyphens");

  auto list = AddVerb<ListSendersCommand>(group, chosen, "list", "The senders of a domain",
                                          "  dkimkeeper sender list example.com");
  list.NeededText("DOMAIN", list.request->domain, kDomainHelp);

  auto remove = AddVerb<v1::RemoveSenderRequest>(
      group, chosen, "remove", "Give a sender up: its keys go through the rest of their life",
      "  dkimkeeper sender remove example.com newsletter");
  remove.NeededText("DOMAIN", *remove.request->mutable_domain(), kDomainHelp);
  remove.NeededText("SENDER", *remove.request->mutable_sender(), "The sender; not \"default\"");
}

}  // namespace

void AddDomainVerbs(CLI::App& root, Chosen& chosen) {
  AddDomainGroup(root, chosen);
  AddSenderGroup(root, chosen);
}

}  // namespace dkimkeeper
