// key …
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

template <typename Request>
void NeedDomainAndSelector(Verb<Request>& verb) {
  verb.NeededText("DOMAIN", *verb.request->mutable_domain(), "The key's domain");
  verb.NeededText("SELECTOR", *verb.request->mutable_selector(), "The key's selector");
}

v1::Algorithm ToRequest(Algorithm algorithm) {
  return algorithm == Algorithm::kRsaSha256 ? v1::ALGORITHM_RSA_SHA256
                                            : v1::ALGORITHM_ED25519_SHA256;
}

void AddMaking(CLI::App& group, Chosen& chosen) {
  auto generate = AddVerb<v1::GenerateKeyRequest>(
      group, chosen, "generate", "Make a key in the token; it does not sign yet",
      "  dkimkeeper key generate example.com\n"
      "  dkimkeeper key generate example.com --algorithm ed25519-sha256 --selector ed1\n"
      "  dkimkeeper key generate example.com --sender newsletter --bits 3072");
  generate.NeededText("DOMAIN", *generate.request->mutable_domain(), "The domain to sign for");
  generate.Text("--sender", *generate.request->mutable_sender(), "Its sender; else \"default\"");
  generate.Text("--selector", *generate.request->mutable_selector(),
                "The selector; else date and chance");
  AddAlgorithm(generate.app, "The algorithm; else rsa-sha256",
               [request = generate.request](Algorithm algorithm) {
                 request->set_algorithm(ToRequest(algorithm));
               });
  generate.app.add_option_function<std::uint32_t>(
      "--bits", [request = generate.request](std::uint32_t bits) { request->set_rsa_bits(bits); },
      "Size of an RSA key: 2048 (default), 3072 or 4096");

  auto adopt = AddVerb<v1::AdoptKeyRequest>(
      group, chosen, "adopt", "Register a key that already lives in the token; marked imported",
      "  dkimkeeper key adopt example.com --selector old1 --token-key-id 0a1b2c3d");
  adopt.NeededText("DOMAIN", *adopt.request->mutable_domain(), "The domain to sign for");
  adopt.NeededText("--selector", *adopt.request->mutable_selector(), "The selector");
  adopt.NeededText("--token-key-id", *adopt.request->mutable_token_key_id(),
                   "CKA_ID in hexadecimal", "HEX");
  adopt.Text("--sender", *adopt.request->mutable_sender(), "The sender; else \"default\"");
  adopt.Text("--token", *adopt.request->mutable_token(),
             "The token that holds it; else the one where the sender's keys are made", "NAME");
}

void AddUse(CLI::App& group, Chosen& chosen) {
  auto activate = AddVerb<v1::ActivateKeyRequest>(
      group, chosen, "activate", "Sign with a key from now on; the one before it starts retiring",
      "  dkimkeeper key activate example.com s1\n"
      "  dkimkeeper key activate example.com s1 --without-dns-proof \"record checked by hand\"");
  NeedDomainAndSelector(activate);
  activate.Text("--without-dns-proof", *activate.request->mutable_without_dns_proof_reason(),
                "Why no proof from DNS is needed; stays on record with your name", "REASON");

  auto retire = AddVerb<v1::RetireKeyRequest>(
      group, chosen, "retire", "End a key's planned use; refused for the last active one",
      "  dkimkeeper key retire example.com s1");
  NeedDomainAndSelector(retire);

  auto revoke = AddVerb<v1::RevokeKeyRequest>(
      group, chosen, "revoke", "Stop a key for good; its record gets an empty p=",
      "  dkimkeeper key revoke example.com s1\n"
      "  dkimkeeper key revoke example.com s1 --compromised\n"
      "  dkimkeeper key revoke example.com s1 --compromised --destroy-now\n"
      "\n"
      "`dkimkeeper rotate example.com --compromised` does it to every active key of a sender, and\n"
      "puts its proven standbys in their place.");
  NeedDomainAndSelector(revoke);
  CLI::Option* compromised = revoke.app.add_flag_callback(
      "--compromised", [request = revoke.request] { request->set_compromised(true); },
      "It may be in other hands: stop it at once, active or not");
  revoke.app
      .add_flag_callback(
          "--destroy-now", [request = revoke.request] { request->set_destroy_now(true); },
          "Destroy it in its token before anything else")
      ->needs(compromised);

  auto destroy = AddVerb<v1::DestroyKeyRequest>(
      group, chosen, "destroy", "Remove a revoked key from the token; cannot be undone",
      "  dkimkeeper key destroy example.com s1");
  NeedDomainAndSelector(destroy);
}

void AddViews(CLI::App& group, Chosen& chosen) {
  auto list = AddVerb<v1::ListKeysRequest>(group, chosen, "list",
                                           "Keys, their states and what happens next",
                                           "  dkimkeeper key list\n"
                                           "  dkimkeeper key list example.com --json");
  list.Text("DOMAIN", *list.request->mutable_domain(), "Only keys of this domain");
  list.Text("--sender", *list.request->mutable_sender(), "Only keys of this sender");

  auto show = AddVerb<v1::GetKeyRequest>(group, chosen, "show", "Everything about one key",
                                         "  dkimkeeper key show example.com s1");
  NeedDomainAndSelector(show);

  auto reference = AddVerb<KeyReferenceCommand>(
      group, chosen, "reference",
      "What stands in a private key's place where OpenSSL's provider is loaded",
      "  dkimkeeper key reference example.com s1 > key.pem\n"
      "\n"
      "The file names the key and holds its public half, no secret. Programs that sign with it "
      "ask\n"
      "this host's dkimkeeper-agent; openssl-dkimkeeper.cnf loads the provider into them.");
  reference.NeededText("DOMAIN", reference.request->domain, "The key's domain");
  reference.NeededText("SELECTOR", reference.request->selector, "The key's selector");
}

}  // namespace

void AddKeyVerbs(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "key", "Keys and their life");
  AddMaking(group, chosen);
  AddUse(group, chosen);
  AddViews(group, chosen);
}

}  // namespace dkimkeeper
