// dns …
#include <map>

#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

// DOMAIN [SELECTOR] | --all
template <typename Request>
void TakeKeysOrAll(Verb<Request>& verb, Chosen& chosen) {
  CLI::Option* domain =
      verb.app.add_option("DOMAIN", verb.request->domain, "Only keys of this domain");
  verb.Text("SELECTOR", verb.request->selector, "Only this key");
  CLI::Option* all =
      verb.app.add_flag("--all")->description("Keys of all domains")->excludes(domain);
  verb.app.callback([request = verb.request, domain, all, &chosen] {
    if (domain->count() == 0 && all->count() == 0) {
      throw CLI::RequiredError("DOMAIN or --all");
    }
    chosen.command = *request;
  });
}

void AddRecord(CLI::App& group, Chosen& chosen) {
  auto record = AddVerb<DnsRecordCommand>(
      group, chosen, "record", "The records to publish",
      "  dkimkeeper dns record example.com\n"
      "  dkimkeeper dns record example.com s1 --format zone >> example.com.zone\n"
      "  dkimkeeper dns record example.com --format cname\n"
      "  dkimkeeper dns record --all --format json\n"
      "\n"
      "A TXT record with the key; or, where the service publishes it in a zone of its own, the\n"
      "CNAME that leads there: create that once.");
  TakeKeysOrAll(record, chosen);
  record.app
      .add_option("--format", record.request->format,
                  "plain: name, type and value on a line; zone: for a zone file; cname: the same, "
                  "CNAMEs only; json")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, RecordFormat>{{"plain", RecordFormat::kPlain},
                                              {"zone", RecordFormat::kZone},
                                              {"cname", RecordFormat::kCname},
                                              {"json", RecordFormat::kJson}}));
}

void AddCheck(CLI::App& group, Chosen& chosen) {
  auto check = AddVerb<DnsCheckCommand>(
      group, chosen, "check", "What each name server shows of a key's record, now",
      "  dkimkeeper dns check example.com s1\n"
      "  dkimkeeper dns check example.com --stored\n"
      "  dkimkeeper dns check --all --json\n"
      "\n"
      "Asks every authoritative server, and the resolvers once those agree. Exit status 1 unless\n"
      "every record is as it should be.");
  TakeKeysOrAll(check, chosen);
  check.app.add_flag("--stored", check.request->stored,
                     "Show the newest check that the service made; ask nobody");
}

}  // namespace

void AddDnsVerbs(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "dns", "What belongs into DNS, and what is there");
  AddRecord(group, chosen);
  AddCheck(group, chosen);
}

}  // namespace dkimkeeper
