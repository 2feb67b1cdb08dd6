// rotate, next
#include <set>

#include "client/cli/dns_records.h"
#include "client/cli/names.h"
#include "client/cli/rotation_progress.h"
#include "client/cli/session.h"
#include "client/cli/step_views.h"
#include "client/cli/table.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::seconds kLook{2};

using Keys = std::vector<v1::Key>;

Result<RotationProgress> Look(OperatorClient& server, const v1::RotateKeysRequest& request,
                              const Keys& replaced) {
  const std::string sender = request.sender().empty() ? "default" : request.sender();
  v1::ListKeysRequest of_sender;
  of_sender.set_domain(request.domain());
  of_sender.set_sender(sender);
  const auto keys = server.ListKeys(of_sender);
  if (!keys) return Forward(keys);
  v1::ListStepsRequest of_domain;
  of_domain.set_domain(request.domain());
  auto steps = server.ListSteps(of_domain);
  if (!steps) return Forward(steps);
  std::erase_if(*steps, [&](const v1::Step& step) { return step.sender() != sender; });
  return ProgressOf(replaced, *keys, *steps);
}

// Prints what is new since the look before, until all successors sign or only a person can help.
Result<RotationProgress> Watch(Session& session, const v1::RotateKeysRequest& request,
                               const Keys& replaced) {
  std::ostream& err = session.around().err;
  std::set<std::string> shown;
  for (;;) {
    auto progress = Look(session.server(), request, replaced);
    if (!progress) return Forward(progress);
    std::set<std::string> lines;
    for (const v1::Key& key : progress->active) {
      lines.insert(Printable(key.selector() + " is ACTIVE (" + NameOf(key.algorithm()) + ")"));
    }
    for (const v1::Step& step : progress->steps) lines.insert(ProgressLine(step));
    for (const std::string& line : lines) {
      if (!shown.contains(line)) err << line << "\n" << std::flush;
    }
    shown = std::move(lines);
    if (progress->done || progress->needs_person) return progress;
    Pace* const pace = session.around().pace.get();
    if (pace == nullptr || !pace->Wait(kLook, {})) return progress;
  }
}

std::string ShowReplaced(const Keys& replaced) {
  std::string text;
  for (const v1::Key& key : replaced) {
    text += Printable(key.selector() + ": " + NameOf(key.state()) +
                      (key.compromised() ? ", compromised" : "")) +
            "\n";
    for (const std::string& daemon : key.unacknowledged()) {
      text += Printable("  daemon " + daemon +
                        " has not acknowledged that it stopped: see that it is down, or stop it") +
              "\n";
    }
  }
  return text;
}

std::string ShowRotation(const Keys& replaced, const RotationProgress& progress,
                         std::int64_t now_ms) {
  std::string text = ShowReplaced(replaced);
  for (const v1::Key& key : progress.active) {
    text += Printable(key.selector() + ": " + NameOf(key.state()) + ", took over") + "\n";
  }
  if (progress.done) return text;
  if (!progress.to_publish.empty()) {
    text += "\nPublish, and the rotation goes on by itself:\n";
    for (const v1::Key& key : progress.to_publish) {
      text += RenderDnsRecord(key, RecordFormat::kZone);
    }
  }
  if (!progress.steps.empty()) text += "\nWaits for\n" + ShowSteps(progress.steps, now_ms);
  return text;
}

Json RotationJson(const Keys& replaced, const RotationProgress& progress) {
  Json document = ToJsonList("replaced", replaced);
  document.update(ToJsonList("active", progress.active));
  document.update(ToJsonList("steps", progress.steps));
  document["done"] = progress.done;
  document["to_publish"] =
      Json::parse(RenderDnsRecords(progress.to_publish, RecordFormat::kJson)).at("records");
  return document;
}

}  // namespace

Outcome Run(Session& session, const RotateCommand& command) {
  const auto begun = session.server().RotateKeys(command.request);
  if (!begun) return Forward(begun);
  const Keys replaced(begun->replaced().begin(), begun->replaced().end());
  const Surroundings& around = session.around();
  const bool watch = command.wait == RotateWait::kYes ||
                     (command.wait == RotateWait::kOnTerminal && around.err_is_terminal);
  if (watch) {
    around.err << "The rotation has begun and goes on by itself; Ctrl-C ends the watching only."
               << "\n"
               << std::flush;
  }
  const auto progress = watch ? Watch(session, command.request, replaced)
                              : Look(session.server(), command.request, replaced);
  if (!progress) return Forward(progress);
  return session.Print(RotationJson(replaced, *progress),
                       ShowRotation(replaced, *progress, session.now_ms()));
}

Outcome Run(Session& session, const v1::ListStepsRequest& request) {
  const auto steps = session.server().ListSteps(request);
  if (!steps) return Forward(steps);
  return session.Print(ToJsonList("steps", *steps), ShowSteps(*steps, session.now_ms()));
}

}  // namespace dkimkeeper
