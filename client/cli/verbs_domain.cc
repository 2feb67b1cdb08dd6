// domain …, sender …, dns …
#include <map>

#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

constexpr const char* kDomainHelp = "The domain, in ASCII (xn--…) or as people write it";

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
      group, chosen, "remove", "Give a domain up; refused while a key of it is not destroyed",
      "  dkimkeeper domain remove example.com");
  remove.NeededText("DOMAIN", *remove.request->mutable_domain(), kDomainHelp);
  AddPlace(group, chosen);
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
      group, chosen, "remove", "Remove a sender; refused while a key of it is not destroyed",
      "  dkimkeeper sender remove example.com newsletter");
  remove.NeededText("DOMAIN", *remove.request->mutable_domain(), kDomainHelp);
  remove.NeededText("SENDER", *remove.request->mutable_sender(), "The sender; not \"default\"");
}

void AddDnsGroup(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "dns", "What belongs into DNS");
  auto record = AddVerb<DnsRecordCommand>(
      group, chosen, "record", "The TXT records to publish",
      "  dkimkeeper dns record example.com\n"
      "  dkimkeeper dns record example.com s1 --format zone >> example.com.zone\n"
      "  dkimkeeper dns record --all --format json");
  CLI::Option* domain =
      record.app.add_option("DOMAIN", record.request->domain, "Only keys of this domain");
  record.Text("SELECTOR", record.request->selector, "Only this key");
  CLI::Option* all =
      record.app.add_flag("--all")->description("Keys of all domains")->excludes(domain);
  record.app
      .add_option("--format", record.request->format,
                  "plain: name, TXT and value on a line; zone: for a zone file; json")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, RecordFormat>{{"plain", RecordFormat::kPlain},
                                              {"zone", RecordFormat::kZone},
                                              {"json", RecordFormat::kJson}}));
  record.app.callback([request = record.request, domain, all, &chosen] {
    if (domain->count() == 0 && all->count() == 0) {
      throw CLI::RequiredError("DOMAIN or --all");
    }
    chosen.command = *request;
  });
}

}  // namespace

void AddDomainVerbs(CLI::App& root, Chosen& chosen) {
  AddDomainGroup(root, chosen);
  AddSenderGroup(root, chosen);
  AddDnsGroup(root, chosen);
}

}  // namespace dkimkeeper
