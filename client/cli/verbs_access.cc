// grant …, group …, whoami, status
#include "client/cli/names.h"
#include "client/cli/time_text.h"
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

// IDENTITY VERB DOMAIN.
template <typename Message>
void NeedRight(CLI::App& app, Message& right, const char* who) {
  app.add_option("IDENTITY", *right.mutable_identity(), who)->required();
  app.add_option_function<std::string>(
         "VERB", [&right](const std::string& name) { right.set_verb(VerbOf(name)); },
         "What it may do")
      ->check(CLI::IsMember({"sign", "rotate", "audit", "administer"}))
      ->required();
  app.add_option("DOMAIN", *right.mutable_domain(), "The domain, group:…, or '*' for every domain")
      ->required();
}

template <typename Request>
void NeedGrant(Verb<Request>& verb) {
  v1::Grant& grant = *verb.request->mutable_grant();
  NeedRight(verb.app, grant, "uri:…, dns:…, unix:… or group:…");
  verb.Text("--sender", *grant.mutable_sender(), "A sender, or '*' for all; else \"default\"");
  verb.request->set_await_daemons(true);
}

// A point in time, in UTC.
template <typename Setter>
void AddTime(CLI::App& app, const char* name, const char* what, const Setter& set) {
  app.add_option_function<std::string>(
         name, [set](const std::string& text) { set(*ParseUtc(text)); }, what)
      ->type_name("TIME")
      ->check([](const std::string& text) {
        return ParseUtc(text) ? "" : "a time is written 2026-07-01 or 2026-07-01T12:00:00Z (UTC)";
      });
}

void AddLimits(CLI::App& app, v1::Grant& grant) {
  const auto limits = [&grant] { return grant.mutable_limits(); };
  app.add_option_function<std::vector<std::string>>(
         "--algorithm",
         [limits](const std::vector<std::string>& names) {
           for (const std::string& name : names) {
             limits()->add_algorithms(*ParseAlgorithm(name) == Algorithm::kRsaSha256
                                          ? v1::ALGORITHM_RSA_SHA256
                                          : v1::ALGORITHM_ED25519_SHA256);
           }
         },
         "Only signatures by it; may be given twice")
      ->check(CLI::IsMember({"rsa-sha256", "ed25519-sha256"}));
  app.add_option_function<std::vector<std::string>>(
         "--network",
         [limits](const std::vector<std::string>& networks) {
           for (const std::string& network : networks) limits()->add_networks(network);
         },
         "Only from there; may be given again")
      ->type_name("192.0.2.0/24");
  AddTime(app, "--from", "Not before this time",
          [limits](std::int64_t at_ms) { limits()->set_valid_from_ms(at_ms); });
  AddTime(app, "--until", "Only before this time",
          [limits](std::int64_t at_ms) { limits()->set_valid_until_ms(at_ms); });
  app.add_option_function<std::uint32_t>(
      "--per-second", [limits](std::uint32_t number) { limits()->set_per_second(number); },
      "At most so many signatures of each identity on each daemon");
  app.add_option_function<std::uint32_t>(
      "--per-day", [limits](std::uint32_t number) { limits()->set_per_day(number); },
      "Likewise in a day");
  app.add_flag_callback(
      "--require-headers", [limits] { limits()->set_headers_required(true); },
      "No digest: the server looks at what the signature says (SignHeaders)");
}

void AddGrantVerbs(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "grant", "Who may do what; all else is denied");

  auto add = AddVerb<v1::AddGrantRequest>(
      group, chosen, "add", "Let an identity do something; again: with other limits",
      "  dkimkeeper grant add uri:spiffe://example.com/mx1 sign example.com\n"
      "  dkimkeeper grant add group:mail sign group:payroll --network 192.0.2.0/24\n"
      "  dkimkeeper grant add dns:mx3.example.com sign example.com --require-headers\n"
      "  dkimkeeper grant add dns:ops.example.com rotate example.com --until 2026-07-01\n"
      "  dkimkeeper grant add unix:auditors audit '*'");
  NeedGrant(add);
  AddLimits(add.app, *add.request->mutable_grant());

  auto list = AddVerb<v1::ListGrantsRequest>(group, chosen, "list", "Grants",
                                             "  dkimkeeper grant list\n"
                                             "  dkimkeeper grant list --domain example.com");
  list.Text("--identity", *list.request->mutable_identity(), "Only this identity's");
  list.Text("--domain", *list.request->mutable_domain(), "Only on this domain");

  auto remove = AddVerb<v1::RemoveGrantRequest>(
      group, chosen, "remove", "Take a grant back; name it as it was added, without limits",
      "  dkimkeeper grant remove uri:spiffe://example.com/mx1 sign example.com");
  NeedGrant(remove);

  auto explain = AddVerb<v1::ExplainGrantRequest>(
      group, chosen, "explain", "Which grant lets an identity do something, or why none does",
      "  dkimkeeper grant explain uri:spiffe://example.com/mx1 sign example.com newsletter");
  NeedRight(explain.app, *explain.request, "uri:…, dns:… or unix:…");
  explain.Text("SENDER", *explain.request->mutable_sender(), "Else \"default\"");
  explain.Text("--address", *explain.request->mutable_address(), "As if it called from there");
  AddTime(explain.app, "--at", "As if it called then",
          [request = explain.request](std::int64_t at_ms) { request->set_at_ms(at_ms); });
  AddAlgorithm(explain.app, "For a signature by it", [request = explain.request](Algorithm which) {
    request->set_algorithm(which == Algorithm::kRsaSha256 ? v1::ALGORITHM_RSA_SHA256
                                                          : v1::ALGORITHM_ED25519_SHA256);
  });
}

void AddGroupVerbs(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "group", "Identities, or domains, that grants name together");

  auto add = AddVerb<v1::AddGroupMembersRequest>(
      group, chosen, "add", "Put members into a group, which is made by its first ones",
      "  dkimkeeper group add group:mail uri:spiffe://example.com/mx1 dns:mx2.example.com\n"
      "  dkimkeeper group add group:payroll example.com example.net");
  add.NeededText("GROUP", *add.request->mutable_group(), "group:NAME");
  add.app
      .add_option_function<std::vector<std::string>>(
          "MEMBER",
          [request = add.request](const std::vector<std::string>& members) {
            request->mutable_members()->Add(members.begin(), members.end());
          },
          "Identities, or domains")
      ->required();
  add.request->set_await_daemons(true);

  auto remove = AddVerb<v1::RemoveGroupMembersRequest>(
      group, chosen, "remove", "Take members out of a group, or, without any, all of them",
      "  dkimkeeper group remove group:mail dns:mx2.example.com\n"
      "  dkimkeeper group remove group:payroll");
  remove.NeededText("GROUP", *remove.request->mutable_group(), "group:NAME");
  remove.app.add_option_function<std::vector<std::string>>(
      "MEMBER",
      [request = remove.request](const std::vector<std::string>& members) {
        request->mutable_members()->Add(members.begin(), members.end());
      },
      "Identities, or domains");
  remove.request->set_await_daemons(true);

  AddVerb<v1::ListGroupsRequest>(group, chosen, "list", "Groups", "  dkimkeeper group list");

  auto members = AddVerb<v1::ListGroupsRequest>(group, chosen, "members", "Who is in a group",
                                                "  dkimkeeper group members group:mail");
  members.NeededText("GROUP", *members.request->mutable_group(), "group:NAME");
}

}  // namespace

void AddAccessVerbs(CLI::App& root, Chosen& chosen) {
  AddGrantVerbs(root, chosen);
  AddGroupVerbs(root, chosen);
  AddVerb<v1::WhoAmIRequest>(root, chosen, "whoami", "You, as the server sees you",
                             "  dkimkeeper whoami");
  AddVerb<v1::GetStatusRequest>(root, chosen, "status", "The service, its tokens and alarms",
                                "  dkimkeeper status\n"
                                "  dkimkeeper status --json");
}

}  // namespace dkimkeeper
