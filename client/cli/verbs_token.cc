// token …
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

template <typename Request>
void NeedToken(Verb<Request>& verb) {
  verb.NeededText("NAME", *verb.request->mutable_token(), "The token, as the server names it",
                  "NAME");
}

void AddReading(CLI::App& group, Chosen& chosen) {
  AddVerb<v1::ListTokensRequest>(group, chosen, "list", "The tokens, their state and their keys",
                                 "  dkimkeeper token list\n"
                                 "  dkimkeeper token list --json");

  auto show = AddVerb<v1::GetTokenRequest>(group, chosen, "show", "Everything about one token",
                                           "  dkimkeeper token show main");
  NeedToken(show);

  auto attest = AddVerb<v1::AttestTokenRequest>(
      group, chosen, "attest", "What the token itself says of each of its keys",
      "  dkimkeeper token attest main\n"
      "  dkimkeeper token attest main --json\n"
      "\n"
      "Attested: generated in the token, never able to leave it, and the key of the registry.\n"
      "An imported key never is.");
  NeedToken(attest);
}

void AddChanging(CLI::App& group, Chosen& chosen) {
  auto login = AddVerb<v1::LogInTokenRequest>(
      group, chosen, "login", "Let a PIN that was refused be tried again, once",
      "  dkimkeeper token login main\n"
      "\n"
      "Correct the PIN's file first: tokens lock after a few wrong ones. No PIN travels.");
  NeedToken(login);

  auto compromised = AddVerb<v1::CompromiseTokenRequest>(
      group, chosen, "compromised", "Revoke every key of a token that may be in other hands",
      "  dkimkeeper token compromised main\n"
      "\n"
      "At once and for good: nothing on it becomes active afterwards. Says which lines no key\n"
      "signs for any more.");
  NeedToken(compromised);

  auto backup = AddVerb<v1::ConfirmBackupRequest>(
      group, chosen, "confirm-backup", "Say that a backup of the token exists",
      "  dkimkeeper token confirm-backup main\n"
      "  dkimkeeper token confirm-backup main --made-at \"$(stat -c %Y backup)\"\n"
      "\n"
      "Keys made before it may become active where the server requires a backup.");
  NeedToken(backup);
  backup.app
      .add_option_function<std::int64_t>(
          "--made-at",
          [request = backup.request](std::int64_t seconds) {
            request->set_made_at_ms(seconds * 1000);
          },
          "When it was made, in seconds since 1970; else now")
      ->type_name("SECONDS")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
}

}  // namespace

void AddTokenVerbs(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "token", "Tokens: where the keys are");
  AddReading(group, chosen);
  AddChanging(group, chosen);
}

}  // namespace dkimkeeper
