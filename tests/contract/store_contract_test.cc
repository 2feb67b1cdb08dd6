// The store contract on the fake and on the real one.
#include "tests/contract/store_contract.h"
#include "server/store/sql_store.h"
#include "tests/fakes/memory_store.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

class MemoryBackend final : public StoreBackend {
 public:
  std::shared_ptr<KeyStore> Open() override { return store_; }

 private:
  std::shared_ptr<MemoryStore> store_ = std::make_shared<MemoryStore>();
};

class SqliteBackend final : public StoreBackend {
 public:
  std::shared_ptr<KeyStore> Open() override {
    auto store = OpenSqlStore({.file = dir_.path() / "keeper.db"});
    if (store) return *std::move(store);
    ADD_FAILURE() << store.error().message;
    return nullptr;
  }

 private:
  TempDir dir_;
};

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreContract,
    testing::Values(StoreKind{"Memory", [] { return std::make_unique<MemoryBackend>(); }},
                    StoreKind{"Sqlite", [] { return std::make_unique<SqliteBackend>(); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace dkimkeeper
