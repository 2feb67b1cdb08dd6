#include "tests/integration/custody_house.h"

#include <future>
#include <utility>

#include "hsm/pkcs11/open_pkcs11_token.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/domain_decisions.h"
#include "server/signing/resolve.h"
#include "server/signing/signer.h"
#include "server/store/sql_store.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {
namespace {

Identity Admin() { return sample::IdentityOf("unix:admin"); }

KeyRequest Name(std::string_view selector) {
  return {sample::DomainOf("example.com"), sample::SelectorOf(selector)};
}

}  // namespace

CustodyHouse::CustodyHouse() {
  // The module measures deadlines with the machine's clock: stay ahead of it.
  clock.Advance(std::chrono::years(50));
  clock.JumpTo(sample::Minute(0));
  Open();
  const DomainEntry domain{.domain = sample::DomainOf("example.com"),
                           .allow_underscore = false,
                           .fail_policy = FailPolicy::kTempfail,
                           .senders = {},
                           .created_at = now()};
  (void)registry_
      ->Update(NewRequest(), now(),
               [&](const View& view) { return DecideAddDomain(view, Admin(), domain, {}); })
      .value();
}

void CustodyHouse::Close() {
  operations_.reset();
  tokens_.reset();
  journal_.reset();
  registry_.reset();
  store_.reset();
  token_.reset();
}

void CustodyHouse::Open() {
  const Pkcs11Options options{.name = "main",
                              .module_path = softhsm.module_path(),
                              .token = {.label = softhsm.label()},
                              .pin = pkcs11::PinReference::File(softhsm.pin_file())};
  token_ = OpenPkcs11Token(options).value();
  store_ = OpenSqlStore({.file = dir_.path() / "registry.db"}).value();
  std::set<Grant> bootstrap;
  for (const Verb verb : {Verb::kSign, Verb::kRotate, Verb::kAudit, Verb::kAdminister}) {
    bootstrap.insert(Grant{Admin(), verb, Scope::Everything()});
  }
  registry_ = Registry::Open(*store_, bootstrap).value();
  journal_ = std::make_unique<Journal>(events_, audit, clock);
  tokens_ =
      std::make_unique<QuietTokens>(std::vector<QuietTokens::Entry>{{.token = *token_}}, clock);
  operations_ = std::make_unique<KeyOperations>(
      KeyOperations::Parts{.registry = *registry_,
                           .tokens = *tokens_,
                           .journal = *journal_,
                           .clock = clock,
                           .policy = {.allow_activation_without_dns_proof = true}});
}

Result<std::vector<std::string>> CustodyHouse::Reconciled() {
  return Reconcile({.registry = *registry_,
                    .token = tokens_->all().first(),
                    .operations = *operations_,
                    .alarms = alarms_,
                    .events = events_,
                    .clock = clock});
}

std::vector<std::string> CustodyHouse::Restart() {
  Close();
  Open();
  return Reconciled().value();
}

Mutation CustodyHouse::NewRequest() {
  const std::string id = "request-" + std::to_string(++requests_);
  return {Admin(), id, "fingerprint of " + id};
}

Result<KeyPtr> CustodyHouse::Generate(std::string selector, Algorithm algorithm) {
  return operations_->Generate(NewRequest(), {.domain = sample::DomainOf("example.com"),
                                              .algorithm = algorithm,
                                              .selector = std::move(selector)});
}

Result<KeyPtr> CustodyHouse::Activate(std::string_view selector) {
  return operations_->Activate(NewRequest(), Name(selector), "no DNS in this story");
}

KeyPtr CustodyHouse::Row(std::string_view selector) {
  return registry_->Get()->keyring.Find(Name(selector).domain, Name(selector).selector);
}

std::string CustodyHouse::State(std::string_view selector) {
  return std::string(KeyStateName(StateAt(*Row(selector), now())));
}

std::string CustodyHouse::SignMail(std::string_view selector, std::string_view mail) {
  const ViewPtr view = registry_->Get();
  const KeyPtr key = Row(selector);
  auto order = Resolve(view->rules, view->keyring, Admin(),
                       {.domain = key->domain,
                        .sender = {},
                        .selector = key->selector,
                        .algorithm = key->algorithm,
                        .digest = DigestOf(mail),
                        .note = {}},
                       now());
  if (!order) return order.error().reason;

  const QuietTokens tokens({{.token = *token_}}, clock);
  Metrics metrics;
  Activity activity;
  Signer signer({.tokens = tokens,
                 .audit = audit,
                 .metrics = metrics,
                 .activity = activity,
                 .clock = clock,
                 .on_key_changed = {},
                 .on_first_use = {}});
  std::promise<Result<std::string>> answer;
  signer.Sign(*std::move(order), Soon(),
              [&](Result<std::string> result) { answer.set_value(std::move(result)); });
  const auto signature = answer.get_future().get();
  if (!signature) return signature.error().reason;
  return VerifySignature(*key->public_key, DigestOf(mail), *signature) ? "" : "does not verify";
}

}  // namespace dkimkeeper
