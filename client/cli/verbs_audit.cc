// audit list, verify, checkpoints, export, who-signed
#include "client/cli/verbs.h"

namespace dkimkeeper {
namespace {

void AddFolders(CLI::App& app, std::vector<std::string>& folders, bool needed) {
  CLI::Option* option =
      app.add_option("DIR", folders,
                     needed ? "Folders of logs"
                            : "Folders of logs, of several daemons too; else the one of this host")
          ->type_name("");
  if (needed) option->required();
}

template <typename Request>
void AddSelection(Verb<Request>& verb) {
  AuditSelection& selection = verb.request->selection;
  AddFolders(verb.app, selection.folders, false);
  verb.Text("--since", selection.since, "2026-07-01, 2026-07-01T14:03Z, or 2h for how long ago",
            "TIME");
  verb.Text("--until", selection.until, "Likewise; what happened then is left out", "TIME");
  verb.Text("--identity", selection.identity, "Who, whole: dns:mx1.example.com");
  verb.Text("--domain", selection.domain, "On which domain");
  verb.Text("--act", selection.act, "sign, key.activate, or key for every act on a key");
  verb.Text("--outcome", selection.outcome, "ok, refused, or the reason of a refusal");
}

void AddList(CLI::App& group, Chosen& chosen) {
  auto list = AddVerb<AuditListCommand>(
      group, chosen, "list", "Who did what with which key, and what was refused",
      "  dkimkeeper audit list --since 1h\n"
      "  dkimkeeper audit list --act key --since 2026-07-01\n"
      "  dkimkeeper audit list --outcome refused --follow\n"
      "  dkimkeeper audit list /mnt/mx1/audit /mnt/mx2/audit --domain example.com\n"
      "\n"
      "Reads the files where they lie. Logs of several daemons are one list, by time. Times are\n"
      "UTC. What it shows is as good as the files: see audit verify.");
  AddSelection(list);
  list.app.add_flag("--follow", list.request->follow,
                    "Go on with what is written from now on; with --json a document a line");
}

void AddVerify(CLI::App& group, Chosen& chosen) {
  auto verify = AddVerb<AuditVerifyCommand>(
      group, chosen, "verify", "Whether anybody changed a log",
      "  dkimkeeper audit verify /var/lib/dkimkeeper/audit\n"
      "  dkimkeeper audit verify /mnt/mx1/audit --key mx1.vkey --last mx1.checkpoint\n"
      "  dkimkeeper audit verify /mnt/mx1/audit --key mx1.vkey --record 4711\n"
      "\n"
      "Checks every record, their order across all segments, the Merkle tree, and each signed\n"
      "checkpoint against the records. Only a checkpoint that was kept elsewhere (--last: from "
      "the\n"
      "store by audit checkpoints, a witness, or last week) shows that nothing was cut off, and "
      "only a key that was\n"
      "kept elsewhere (--key) shows that the signatures are the daemon's.\n"
      "Exit status 1 unless every log is whole.");
  AuditVerifyCommand& request = *verify.request;
  AddFolders(verify.app, request.folders, true);
  verify.Text("--key", request.key, "The logs' verifier key, or a file with one on each line",
              "FILE");
  verify.Text("--last", request.last, "Checkpoints that were kept elsewhere", "FILE");
  verify.app
      .add_option("--record", request.record, "Print the proof that this record is in the log")
      ->type_name("SEQ");
  verify.app.add_option("--first", request.first, "The oldest record that must still be here")
      ->type_name("SEQ");
}

void AddCheckpoints(CLI::App& group, Chosen& chosen) {
  auto checkpoints = AddVerb<v1::ListCheckpointsRequest>(
      group, chosen, "checkpoints", "The newest checkpoint of each daemon's log, from the store",
      "  dkimkeeper audit checkpoints > last\n"
      "  dkimkeeper audit checkpoints --origin mx1.example.com/var/lib/dkimkeeper/audit > "
      "mx1.last\n"
      "  dkimkeeper audit verify /mnt/mx1/audit --key mx1.vkey --last mx1.last\n"
      "\n"
      "Signed notes (C2SP tlog-checkpoint), as audit verify --last and witnesses take them. The\n"
      "store has the one of most records: who cuts off a log on its host does not get at it.\n"
      "Asks the daemon; needs the verb audit on \"*\".");
  checkpoints.Text("--origin", *checkpoints.request->mutable_origin(),
                   "Of the log of this name alone", "NAME");
}

void AddExport(CLI::App& group, Chosen& chosen) {
  auto out = AddVerb<AuditExportCommand>(
      group, chosen, "export", "The records as JSON, one a line",
      "  dkimkeeper audit export --since 1d > yesterday.jsonl\n"
      "  dkimkeeper audit export /mnt/mx1/audit /mnt/mx2/audit --act sign");
  AddSelection(out);
}

void AddWhoSigned(CLI::App& group, Chosen& chosen) {
  auto who = AddVerb<AuditWhoSignedCommand>(
      group, chosen, "who-signed", "Who had a message signed, and when",
      "  dkimkeeper audit who-signed --message suspicious.eml\n"
      "  dkimkeeper audit who-signed /mnt/mx1/audit /mnt/mx2/audit --message - < mail\n"
      "  dkimkeeper audit who-signed --digest "
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
      "\n"
      "Of a message the digest of each DKIM-Signature is computed anew, from the header that it\n"
      "names. Exit status 1 where no record is found.");
  AuditWhoSignedCommand& request = *who.request;
  AddFolders(who.app, request.folders, false);
  CLI::App& choice = *who.app.add_option_group("what");
  choice.add_option("--digest", request.digest, "The SHA-256 digest that was signed")
      ->type_name("HEX");
  choice.add_option("--message", request.message, "A signed message; -: standard input")
      ->type_name("FILE");
  choice.require_option(1);
}

}  // namespace

void AddAuditVerbs(CLI::App& root, Chosen& chosen) {
  CLI::App& group = AddGroup(root, "audit", "The audit log: who signed, and proof of it");
  AddList(group, chosen);
  AddVerify(group, chosen);
  AddCheckpoints(group, chosen);
  AddExport(group, chosen);
  AddWhoSigned(group, chosen);
}

}  // namespace dkimkeeper
