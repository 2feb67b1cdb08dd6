// Writes an audit log as a daemon does, three segments with checkpoints, for tests to judge.
//
//   sample_audit_log FOLDER
//
// It prints the checkpoint of all of it, which is not in the log: what somebody kept elsewhere.
#include <cstdio>
#include <exception>

#include "tests/fakes/sample_audit_log.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    dkimkeeper::SampleAuditLog log(argv[1]);
    log.AppendCheckpoint();
    for (const unsigned count : {5U, 8U, 7U}) {
      if (log.size() > 0) log.StartSegment();
      log.AppendSignatures(count);
      log.AppendCheckpoint();
      log.AppendSignatures(2);
    }
    (void)std::fputs(log.SignCheckpoint().ToString().c_str(), stdout);
  } catch (const std::exception& failure) {
    (void)std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
  return 0;
}
