// apply
#include "client/cli/verbs.h"

namespace dkimkeeper {

void AddApplyVerb(CLI::App& root, Chosen& chosen) {
  auto apply = AddVerb<ApplyCommand>(
      root, chosen, "apply", "Make domains, senders, policies and grants what a document says",
      "  dkimkeeper apply domains.toml --dry-run\n"
      "  dkimkeeper apply domains.toml\n"
      "  generate-domains | dkimkeeper apply - --yes\n"
      "\n"
      "Shows the difference (+ new, ~ changed, - removed), asks, and does it. What the document\n"
      "does not name stays as it is, unless --prune is given. A document is TOML, or JSON of the\n"
      "same shape:\n"
      "\n"
      "  [[domain]]\n"
      "  name = \"example.com\"\n"
      "  policy = { rotation_period = \"90d\" }\n"
      "  [[domain.sender]]\n"
      "  name = \"newsletter\"\n"
      "  [[grant]]\n"
      "  identity = \"uri:spiffe://example.com/mx1\"\n"
      "  verb = \"sign\"\n"
      "  scope = \"example.com/*\"");
  apply.NeededText("FILE", apply.request->file, "The document; - is standard input", "FILE");
  CLI::Option* yes = apply.app.add_flag("--yes", apply.request->yes, "Do not ask");
  apply.app.add_flag("--dry-run", apply.request->dry_run, "Only show the difference")
      ->excludes(yes);
  apply.app.add_flag("--prune", apply.request->prune,
                     "Remove what the document does not name; of domains and grants only where "
                     "it names some");
}

}  // namespace dkimkeeper
