#include "hsm/remote/remote_token.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>
#include <variant>

#include "hsm/remote/replay_judge.h"
#include "hsm/remote/roster.h"
#include "hsm/remote/seat.h"
#include "hsm/remote/worker_link.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Work WorkOf(const wire::Call& call) {
  const bool signs = std::holds_alternative<wire::SignCall>(call) ||
                     std::holds_alternative<wire::SignNoteCall>(call) ||
                     std::holds_alternative<wire::HealthCall>(call);
  return signs ? Work::kSign : Work::kAct;
}

tl::unexpected<Error> TooLate(const std::string& token) {
  return Fail(Code::kDeadlineExceeded, reason::kDeadline,
              "the deadline passed while token `" + token + "` was asked; give the call more time");
}

bool IsSuccess(const Fate& fate) {
  const auto* answer = std::get_if<wire::Answer>(&fate);
  return answer != nullptr && !std::holds_alternative<Error>(*answer);
}

tl::unexpected<Error> Poisoned(const std::string& token) {
  return Fail(Code::kInternal, reason::kPoisoned,
              "two workers of token `" + token +
                  "` died of this call; it is not tried again, look at its key and the module");
}

tl::unexpected<Error> Lost(const std::string& token) {
  Error error{Code::kUnavailable, std::string(reason::kTokenAway),
              "the workers of token `" + token + "` were lost again and again during this call"};
  error.retry_after = std::chrono::seconds(1);
  return tl::unexpected<Error>(std::move(error));
}

// What a caller gets of an answer that is not sent again.
Result<wire::Answer> Unwrap(wire::Answer answer) {
  auto* error = std::get_if<Error>(&answer);
  if (error == nullptr) return answer;
  // To callers a token without a PIN is away: it is the operator who must do something.
  if (error->reason == reason::kPinRefused) error->code = Code::kUnavailable;
  return tl::unexpected<Error>(std::move(*error));
}

// The link lets nothing but the right kind of answer pass.
template <typename Kind>
Kind Only(wire::Answer answer) {
  return std::get<Kind>(std::move(answer));
}

Result<std::string> SignatureIn(Result<wire::Answer> answer) {
  return std::move(answer).map(
      [](wire::Answer got) { return Only<wire::Signature>(std::move(got)).bytes; });
}

}  // namespace

struct RemoteToken::Course {
  wire::Request request;
  std::optional<KeyId> key;
  Deadline deadline;
  ReplayJudge judge = {};
};

RemoteToken::RemoteToken(RemoteTokenOptions options, WorkerSource& source, RemoteTokenHooks hooks)
    : options_(std::move(options)),
      source_(source),
      on_poisoned_(std::move(hooks.on_poisoned)),
      roster_(std::make_unique<Roster>(options_.name, std::max(options_.workers, 1U),
                                       options_.sessions, std::move(hooks.on_state))),
      around_(new SeatSurroundings{options_.name, source_, *roster_, options_.limits.start,
                                   options_.restarts}) {
  for (std::size_t i = 0; i < std::max(options_.workers, 1U); ++i) {
    seats_.push_back(std::make_unique<Seat>(i, *around_));
  }
}

RemoteToken::~RemoteToken() { Stop(); }

void RemoteToken::Stop() {
  roster_->Stop();
  for (const auto& seat : seats_) seat->Stop();
}

Outcome RemoteToken::WaitUntilReady(Deadline deadline) { return roster_->WaitUntilReady(deadline); }

void RemoteToken::AllowLogin() { source_.AllowLogin(); }

Result<TokenKey> RemoteToken::GenerateKeyPair(const KeySpec& spec, Deadline deadline) {
  return Ask(wire::GenerateCall{spec}, spec.id, deadline).map(Only<TokenKey>);
}

Result<std::vector<TokenKey>> RemoteToken::FindKeys(Deadline deadline) {
  return Ask(wire::FindKeysCall{}, std::nullopt, deadline).map([](wire::Answer answer) {
    return Only<wire::KeysPart>(std::move(answer)).keys;
  });
}

Result<TokenKey> RemoteToken::FindKey(const KeyId& id, Deadline deadline) {
  return Ask(wire::FindKeyCall{id}, id, deadline).map(Only<TokenKey>);
}

void RemoteToken::Expect(const KeyId& id, const PublicKey& public_key) {
  const std::unique_lock lock(expected_mutex_);
  expected_.insert_or_assign(id, public_key);
}

PublicKey RemoteToken::ExpectedOf(const KeyId& id) const {
  const std::shared_lock lock(expected_mutex_);
  const auto known = expected_.find(id);
  return known == expected_.end() ? PublicKey() : known->second;
}

Result<std::string> RemoteToken::Sign(const KeyId& id, const Sha256Digest& digest,
                                      Deadline deadline) {
  return SignatureIn(Ask(wire::SignCall{id, digest, ExpectedOf(id)}, id, deadline));
}

bool RemoteToken::BeginSign(const KeyId& id, const Sha256Digest& digest, Deadline deadline,
                            const SignDone& done) {
  std::optional<Place> place = roster_->TakeFree(Work::kSign);
  if (!place) return false;
  const auto course = std::make_shared<Course>(
      Course{{.deadline = {}, .call = wire::SignCall{id, digest, ExpectedOf(id)}}, id, deadline});
  auto told = [this, course, done](std::optional<Fate> fate) {
    std::optional<Result<wire::Answer>> settled = Settle(*course, std::move(fate));
    if (settled) return done(SignatureIn(*std::move(settled)));
    done([this, course] { return SignatureIn(Pursue(*course)); });
  };
  const std::shared_ptr<WorkerLink> link = place->link();
  const Result<bool> posted =
      link->Post(course->request, TimesNow(*course, *link), *std::move(place), std::move(told));
  return posted && *posted;
}

Result<std::string> RemoteToken::SignNote(const KeyId& id, std::span<const std::uint8_t> note,
                                          Deadline deadline) {
  wire::SignNoteCall call{id, std::string(note.begin(), note.end()), ExpectedOf(id)};
  return SignatureIn(Ask(std::move(call), id, deadline));
}

Outcome RemoteToken::DestroyPermanently(const KeyId& id, Deadline deadline) {
  return Ask(wire::DestroyCall{id}, id, deadline).map([&](const wire::Answer&) {
    const std::unique_lock lock(expected_mutex_);
    expected_.erase(id);
  });
}

Outcome RemoteToken::RemoveRemains(const KeyId& id, Deadline deadline) {
  return Ask(wire::RemainsCall{id}, id, deadline).map([](const wire::Answer&) {});
}

Outcome RemoteToken::CheckHealth(Deadline deadline) {
  return Ask(wire::HealthCall{}, std::nullopt, deadline).map([this](const wire::Answer&) {
    has_health_key_ = true;
  });
}

ModuleLimits RemoteToken::LimitsAt(const WorkerLink& link) const {
  ModuleLimits limits = options_.limits;
  if (!link.has_health_key()) limits.health = has_health_key_ ? limits.find_all : limits.generate;
  if (link.answered() < limits.searching_calls) {
    const std::shared_lock lock(expected_mutex_);
    const auto search = std::chrono::duration_cast<std::chrono::milliseconds>(
        limits.search_per_key * expected_.size());
    for (auto* limit : {&limits.sign, &limits.shortest_sign, &limits.find_key}) *limit += search;
  }
  return limits;
}

TokenInfo RemoteToken::Info() const { return roster_->Info(); }

Result<wire::Answer> RemoteToken::Ask(wire::Call call, std::optional<KeyId> key,
                                      Deadline deadline) {
  Course course{{.deadline = {}, .call = std::move(call)}, std::move(key), deadline};
  return Pursue(course);
}

Result<wire::Answer> RemoteToken::Pursue(Course& course) {
  while (std::chrono::steady_clock::now() < course.deadline) {
    Result<std::optional<Fate>> fate = SendOnce(course);
    if (!fate) return Forward(fate);
    if (auto settled = Settle(course, *std::move(fate))) return *std::move(settled);
  }
  return TooLate(options_.name);
}

Result<std::optional<Fate>> RemoteToken::SendOnce(Course& course) {
  Result<Place> place = roster_->Take(WorkOf(course.request.call), course.deadline);
  if (!place) return Forward(place);
  const std::shared_ptr<WorkerLink> link = place->link();
  auto fate = link->Ask(course.request, TimesNow(course, *link), *std::move(place));
  if (std::holds_alternative<wire::HealthCall>(course.request.call) && fate && IsSuccess(*fate)) {
    link->NoteHealthKey();
  }
  return fate;
}

CallTimes RemoteToken::TimesNow(const Course& course, const WorkerLink& link) const {
  return TimesFor(course.request.call, LimitsAt(link), std::chrono::steady_clock::now(),
                  course.deadline);
}

std::optional<Result<wire::Answer>> RemoteToken::Settle(Course& course, std::optional<Fate> fate) {
  if (!fate) return TooLate(options_.name);
  const bool time_left = std::chrono::steady_clock::now() < course.deadline;
  switch (course.judge.Judge(WhatHappened(*fate), time_left)) {
    case Verdict::kReturn:
      if (auto* answer = std::get_if<wire::Answer>(&*fate)) return Unwrap(std::move(*answer));
      return time_left ? Lost(options_.name) : TooLate(options_.name);
    case Verdict::kPoisoned:
      if (course.key && on_poisoned_) on_poisoned_(*course.key);
      return Poisoned(options_.name);
    case Verdict::kReplay:
      // What the lost worker began is finished, not refused.
      if (auto* generate = std::get_if<wire::GenerateCall>(&course.request.call)) {
        generate->spec.continues = true;
      }
      break;
  }
  return std::nullopt;
}

}  // namespace dkimkeeper
