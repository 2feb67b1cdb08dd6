#include "hsm/pkcs11/session_pool.h"

#include <algorithm>
#include <chrono>

#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr unsigned kReturnsToGrow = 1000;
constexpr std::chrono::milliseconds kBusyRetry{100};

Error BusyError(unsigned limit) {
  Error error{Code::kResourceExhausted, std::string(reason::kSessionsBusy),
              "All " + std::to_string(limit) +
                  " sessions of the token were busy until the deadline; raise `sessions` if the "
                  "token can serve more."};
  error.retry_after = kBusyRetry;
  return error;
}

Error ClosedError() {
  return {Code::kUnavailable, std::string(reason::kTokenAway),
          "The token is not connected; it is tried again by itself."};
}

}  // namespace

SessionPool::SessionPool(const CK_FUNCTION_LIST& calls, unsigned size)
    : calls_(calls), size_(std::max(size, 1U)), limit_(size_) {
  idle_.reserve(size_);
}

SessionPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      session_(std::move(other.session_)),
      access_(other.access_),
      discard_(other.discard_) {}

SessionPool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->Return(std::move(session_), access_, discard_);
}

bool SessionPool::MayTake(Access access) const {
  if (state_ != State::kOpen) return state_ == State::kClosed;  // closed: to be told so
  return access == Access::kReadWrite || !idle_.empty() || readers_ < limit_;
}

Attempt<SessionPool::Lease> SessionPool::Take(Access access, Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline, [&] { return MayTake(access); })) {
    return Refuse(BusyError(limit_));
  }
  if (state_ == State::kClosed) return AskFor(Recovery::kReinitialise, ClosedError());
  ++(access == Access::kReadOnly ? readers_ : writers_);
  if (access == Access::kReadOnly && !idle_.empty()) {
    Session session = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(session), access);
  }
  const CK_SLOT_ID slot = slot_;
  lock.unlock();

  Attempt<Session> session = Session::Open(calls_, slot, access);
  if (session) return Lease(*this, std::move(*session), access);
  lock.lock();
  UncountLocked(access);
  return PassOn(session);
}

void SessionPool::Return(Session session, Access access, bool discard) {
  if (access == Access::kReadOnly && !discard) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() + readers_ <= limit_) {
      idle_.push_back(std::move(session));
      GrowBack();
      UncountLocked(access);
      return;
    }
  }
  // Closed while it still counts, so that a drained pool has nobody inside the module.
  {
    const Session closing = std::move(session);
  }
  const std::lock_guard lock(mutex_);
  UncountLocked(access);
}

void SessionPool::GrowBack() {
  if (limit_ == size_ || ++good_returns_ < kReturnsToGrow) return;
  ++limit_;
  good_returns_ = 0;
}

void SessionPool::UncountLocked(Access access) {
  --(access == Access::kReadOnly ? readers_ : writers_);
  if (state_ == State::kOpen) {
    changed_.notify_one();
  } else {
    changed_.notify_all();
  }
}

void SessionPool::Shrink() {
  std::vector<Session> closing;
  {
    const std::lock_guard lock(mutex_);
    limit_ = std::clamp(readers_, 1U, limit_);
    good_returns_ = 0;
    closing.swap(idle_);
    ++writers_;
  }
  closing.clear();
  const std::lock_guard lock(mutex_);
  UncountLocked(Access::kReadWrite);
}

unsigned SessionPool::limit() const {
  const std::lock_guard lock(mutex_);
  return limit_;
}

bool SessionPool::Drain(Deadline deadline) {
  std::unique_lock lock(mutex_);
  state_ = State::kDraining;
  const bool drained =
      changed_.wait_until(lock, deadline, [&] { return readers_ == 0 && writers_ == 0; });
  if (!drained) {
    state_ = State::kOpen;
    changed_.notify_all();
  }
  return drained;
}

void SessionPool::Forget() {
  const std::lock_guard lock(mutex_);
  for (Session& session : idle_) session.Abandon();
  idle_.clear();
}

void SessionPool::Close() {
  const std::lock_guard lock(mutex_);
  state_ = State::kClosed;
  changed_.notify_all();
}

void SessionPool::Open(CK_SLOT_ID slot) {
  const std::lock_guard lock(mutex_);
  slot_ = slot;
  limit_ = size_;
  good_returns_ = 0;
  state_ = State::kOpen;
  changed_.notify_all();
}

}  // namespace dkimkeeper::pkcs11
