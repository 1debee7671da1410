// SPDX-License-Identifier: MIT
// Cipher, checksum, decoding and dictionary. The reference of the cipher is OpenSSL's AES-256-CBC
// on the same buffers in the same run: it does the same fourteen AES rounds a byte.
//
// "allocs" is how many allocations one iteration makes.
#include <memory>
#include <random>

#include <benchmark/benchmark.h>
#include <cryptopp/crc.h>
#include <openssl/evp.h>

#include "allocations.hpp"
#include "rijndael256.hpp"
#include <rscp/cipher.hpp>
#include <rscp/crc.hpp>
#include <rscp/dictionary.hpp>
#include <rscp/frame.hpp>
#include <rscp/path.hpp>

namespace {

using namespace rscp;
using benchmark::State;

class AllocationCounter {
 public:
  explicit AllocationCounter(State& state) : state_(state) {}
  ~AllocationCounter() {
    state_.counters["allocs"] = benchmark::Counter(static_cast<double>(allocations() - before_),
                                                   benchmark::Counter::kAvgIterations);
  }
  AllocationCounter(const AllocationCounter&) = delete;
  AllocationCounter& operator=(const AllocationCounter&) = delete;

 private:
  State& state_;
  std::size_t before_ = allocations();
};

ByteBuffer random_bytes(std::size_t size) {
  std::mt19937 random(1);
  ByteBuffer bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

void count_bytes(State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) *
                          static_cast<std::int64_t>(state.iterations()));
}

template <class Mode>
void rijndael(State& state, RijndaelPath path) {
  use_path(path);
  const ByteBuffer key = random_bytes(32);
  Mode mode;
  mode.SetKeyWithIV(key.data(), key.size(), key.data());
  ByteBuffer buffer = random_bytes(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    mode.ProcessData(buffer.data(), buffer.data(), buffer.size());
    benchmark::ClobberMemory();
  }
  count_bytes(state, buffer.size());
  use_path(best_path());
}

void aes(State& state, bool encrypt) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const ByteBuffer key = random_bytes(32);
  EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(), key.data(),
                    encrypt ? 1 : 0);
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  ByteBuffer buffer = random_bytes(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    int written = 0;
    EVP_CipherUpdate(context.get(), buffer.data(), &written, buffer.data(),
                     static_cast<int>(buffer.size()));
    benchmark::ClobberMemory();
  }
  count_bytes(state, buffer.size());
}

template <class Cipher>
void rijndael_key(State& state) {
  const ByteBuffer key = random_bytes(32);
  Cipher cipher;
  for ([[maybe_unused]] auto _ : state) {
    cipher.SetKey(key.data(), key.size());
    benchmark::ClobberMemory();
  }
}

void aes_key(State& state, bool encrypt) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const ByteBuffer key = random_bytes(32);
  EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, nullptr, nullptr, encrypt ? 1 : 0);
  for ([[maybe_unused]] auto _ : state) {
    EVP_CipherInit_ex(context.get(), nullptr, nullptr, key.data(), key.data(), -1);
    benchmark::ClobberMemory();
  }
}

// A poll as clients send it: thirty values, some of them in containers; about 700 bytes.
ByteBuffer typical_answer() {
  Frame frame;
  frame.values = {Value("EMS_POWER_PV", 3613),
                  Value("EMS_POWER_BAT", -1200),
                  Value("EMS_POWER_HOME", 512),
                  Value("EMS_POWER_GRID", -1901),
                  Value("EMS_POWER_ADD", 0),
                  Value("EMS_AUTARKY", 99.5),
                  Value("EMS_SELF_CONSUMPTION", 40.25),
                  Value("EMS_BAT_SOC", 57),
                  Value("INFO_SERIAL_NUMBER", "S10-720000000000"),
                  Value("INFO_SW_RELEASE", "S10_2024_024")};
  for (int index = 0; index < 2; ++index) {
    frame.values.push_back(Value("BAT_DATA", {{"BAT_INDEX", index},
                                              {"BAT_RSOC", 57.25},
                                              {"BAT_MODULE_VOLTAGE", 51.5},
                                              {"BAT_CURRENT", -23.5},
                                              {"BAT_STATUS_CODE", 0},
                                              {"BAT_ERROR_CODE", 0},
                                              {"BAT_DEVICE_NAME", "BAT PACK"},
                                              {"BAT_CHARGE_CYCLES", 312}}));
  }
  frame.values.emplace_back("WB_EXTERN_DATA", random_bytes(310));
  return frame.encode().value();
}

// A year's history by the hour, 60 kB.
ByteBuffer history_answer() {
  std::vector<Value> rows;
  for (int i = 0; i < 700; ++i) {
    rows.push_back(Value("DB_VALUE_CONTAINER", {{"DB_GRAPH_INDEX", 1.0 * i},
                                                {"DB_BAT_POWER_IN", 10.5 * i},
                                                {"DB_BAT_POWER_OUT", 9.5 * i},
                                                {"DB_DC_POWER", 30.5 * i},
                                                {"DB_GRID_POWER_IN", 1.5 * i},
                                                {"DB_GRID_POWER_OUT", 2.5 * i}}));
  }
  Frame frame;
  frame.values.emplace_back("DB_HISTORY_DATA_YEAR", std::move(rows));
  return frame.encode().value();
}

std::size_t walk(ItemReader items) {
  std::size_t count = 0;
  while (const auto item = items.next()) {
    ++count;
    if (item->type == DataType::Container) {
      count += walk(ItemReader(item->payload, item->payload_offset()));
    } else {
      benchmark::DoNotOptimize(item->payload.data());
    }
  }
  return count;
}

void decode_views(State& state, const ByteBuffer& bytes) {
  std::size_t items = 0;
  const AllocationCounter counter(state);
  for ([[maybe_unused]] auto _ : state) items = walk(FrameView::parse(bytes)->items());
  state.counters["items"] = static_cast<double>(items);
  count_bytes(state, bytes.size());
}

void decode_tree(State& state, const ByteBuffer& bytes) {
  const AllocationCounter counter(state);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(Frame::parse(bytes));
  count_bytes(state, bytes.size());
}

void encode_tree(State& state, const ByteBuffer& bytes) {
  const Frame frame = Frame::parse(bytes)->frame;
  const AllocationCounter counter(state);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(frame.encode());
  count_bytes(state, bytes.size());
}

void checksum(State& state) {
  const ByteBuffer bytes = random_bytes(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(crc32(bytes));
  count_bytes(state, bytes.size());
}

void cryptopp_checksum(State& state) {
  const ByteBuffer bytes = random_bytes(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    CryptoPP::CRC32 crc;
    crc.Update(bytes.data(), bytes.size());
    std::uint8_t digest[4];
    crc.Final(digest);
    benchmark::DoNotOptimize(digest);
  }
  count_bytes(state, bytes.size());
}

void by_code(State& state) {
  const Dictionary& dictionary = Dictionary::builtin();
  const Tag tag = TagName("EMS_POWER_PV").tag();
  const AllocationCounter counter(state);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(dictionary.find(tag));
}

void by_name(State& state) {
  const Dictionary& dictionary = Dictionary::builtin();
  const AllocationCounter counter(state);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(dictionary.find("EMS_POWER_PV"));
}

void path_query(State& state) {
  const Frame frame = Frame::parse(typical_answer())->frame;
  const PathQuery query = PathQuery::parse("BAT_DATA(BAT_INDEX==1)/BAT_RSOC").value();
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(query.select(frame.values));
}

void register_cipher() {
  constexpr std::int64_t kSizes[] = {64, 768, 16'384};
  const auto sized = [&](benchmark::internal::Benchmark* one) {
    for (const auto size : kSizes) one->Arg(size);
  };
  sized(benchmark::RegisterBenchmark("AES-256-CBC decrypt (OpenSSL)", aes, false));
  sized(benchmark::RegisterBenchmark("AES-256-CBC encrypt (OpenSSL)", aes, true));
  for (const auto path :
       {RijndaelPath::Portable, RijndaelPath::AesNi, RijndaelPath::Vaes, RijndaelPath::VaesVbmi}) {
    if (!is_available(path)) continue;
    const std::string name(name_of(path));
    using Mode = CryptoPP::CBC_Mode<Rijndael256>;
    sized(benchmark::RegisterBenchmark(("Rijndael-256-CBC decrypt, " + name).c_str(),
                                       rijndael<Mode::Decryption>, path));
    sized(benchmark::RegisterBenchmark(("Rijndael-256-CBC encrypt, " + name).c_str(),
                                       rijndael<Mode::Encryption>, path));
  }
  benchmark::RegisterBenchmark("key for encryption", rijndael_key<Rijndael256::Encryption>);
  benchmark::RegisterBenchmark("key for decryption", rijndael_key<Rijndael256::Decryption>);
  benchmark::RegisterBenchmark("AES-256 key for encryption (OpenSSL)", aes_key, true);
  benchmark::RegisterBenchmark("AES-256 key for decryption (OpenSSL)", aes_key, false);
}

void register_codec() {
  static const ByteBuffer typical = typical_answer();
  static const ByteBuffer history = history_answer();
  for (const auto& [name, bytes] : {std::pair("30 values", &typical), {"history", &history}}) {
    const std::string what = std::string(name) + ", " + std::to_string(bytes->size()) + " bytes";
    benchmark::RegisterBenchmark(("decode as views: " + what).c_str(), decode_views, *bytes);
    benchmark::RegisterBenchmark(("decode as tree: " + what).c_str(), decode_tree, *bytes);
    benchmark::RegisterBenchmark(("encode: " + what).c_str(), encode_tree, *bytes);
    benchmark::RegisterBenchmark(("CRC: " + what).c_str(), checksum)
        ->Arg(static_cast<std::int64_t>(bytes->size()));
    benchmark::RegisterBenchmark(("CRC (Crypto++): " + what).c_str(), cryptopp_checksum)
        ->Arg(static_cast<std::int64_t>(bytes->size()));
  }
  benchmark::RegisterBenchmark("dictionary: tag by code", by_code);
  benchmark::RegisterBenchmark("dictionary: tag by name", by_name);
  benchmark::RegisterBenchmark("path query on 30 values", path_query);
}

}  // namespace

int main(int argc, char** argv) {
  register_cipher();
  register_codec();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
