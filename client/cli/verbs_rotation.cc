// rotate, next
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

void AddRotate(CLI::App& root, Chosen& chosen) {
  auto rotate = AddVerb<RotateCommand>(
      root, chosen, "rotate", "Have the active keys of a sender replaced, as soon as DNS allows",
      "  dkimkeeper rotate example.com\n"
      "  dkimkeeper rotate example.com --sender newsletter --no-wait\n"
      "  dkimkeeper rotate example.com --compromised\n"
      "\n"
      "The keys that sign now sign on until their successors are proven in DNS; with\n"
      "--compromised they stop at once, and proven standbys take over. On a terminal it shows\n"
      "what happens until the successors sign. The rotation needs no one to watch it: Ctrl-C\n"
      "ends the watching only. Where somebody has to publish a record, it prints that and ends.");
  v1::RotateKeysRequest& request = rotate.request->request;
  rotate.NeededText("DOMAIN", *request.mutable_domain(), kDomainHelp);
  rotate.Text("--sender", *request.mutable_sender(), "The sender; else \"default\"");
  CLI::Option* compromised = rotate.app.add_flag_callback(
      "--compromised", [kept = rotate.request] { kept->request.set_compromised(true); },
      "They may be in other hands: stop them at once");
  rotate.app
      .add_flag_callback(
          "--destroy-now", [kept = rotate.request] { kept->request.set_destroy_now(true); },
          "Destroy them in their tokens before anything else")
      ->needs(compromised);
  CLI::Option* wait = rotate.app.add_flag_callback(
      "--wait", [kept = rotate.request] { kept->wait = RotateWait::kYes; },
      "Show what happens, on a terminal or not");
  rotate.app
      .add_flag_callback(
          "--no-wait", [kept = rotate.request] { kept->wait = RotateWait::kNo; },
          "Say what is waited for, and end")
      ->excludes(wait);
}

}  // namespace

void AddRotationVerbs(CLI::App& root, Chosen& chosen) {
  AddRotate(root, chosen);
  auto next = AddVerb<v1::ListStepsRequest>(root, chosen, "next",
                                            "What happens next, when, and what it waits for",
                                            "  dkimkeeper next\n"
                                            "  dkimkeeper next example.com --watches\n"
                                            "\n"
                                            "A step marked \"you\" waits for an operator.");
  next.Text("DOMAIN", *next.request->mutable_domain(), "Only this domain");
  next.app.add_flag_callback(
      "--watches", [request = next.request] { request->set_watches(true); },
      "Looks at records that are as they should be, too");
}

}  // namespace dkimkeeper
