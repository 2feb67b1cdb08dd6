// import-opendkim
#include "client/cli/verbs.h"

namespace dkimkeeper {

void AddImportVerb(CLI::App& root, Chosen& chosen) {
  auto import = AddVerb<ImportOpenDkimCommand>(
      root, chosen, "import-opendkim", "Make of OpenDKIM's tables domains, senders and new keys",
      "  dkimkeeper import-opendkim /etc/opendkim/KeyTable /etc/opendkim/SigningTable --dry-run\n"
      "  dkimkeeper import-opendkim KeyTable refile:SigningTable --agent-rules rules.toml\n"
      "  dkimkeeper import-opendkim KeyTable SigningTable --adopt-existing\n"
      "\n"
      "Says of every line what becomes of it, shows the difference, asks, and does it, as\n"
      "`dkimkeeper apply` does. Every sender gets a new key with a new selector; the records to\n"
      "publish are printed. OpenDKIM goes on with its old keys until you switch. Private keys "
      "stay\n"
      "where they are: --adopt-existing prints what to type on the custody host for each of them.\n"
      "Run it again as often as you like.");
  import.NeededText("KEYTABLE", import.request->key_table, "A path, or what opendkim.conf says",
                    "FILE");
  import.NeededText("SIGNINGTABLE", import.request->signing_table,
                    "Likewise; a path is refile: where its lines say so", "FILE");
  import.app.add_flag("--adopt-existing", import.request->adopt_existing,
                      "Print the commands that bring old keys along; those rotate first");
  import.Text("--agent-rules", import.request->agent_rules,
              "Write the rules of dkimkeeper-agent to it; else they are printed", "FILE");
  CLI::Option* yes = import.app.add_flag("--yes", import.request->yes, "Do not ask");
  import.app.add_flag("--dry-run", import.request->dry_run, "Only show what would be done")
      ->excludes(yes);
}

}  // namespace dkimkeeper
