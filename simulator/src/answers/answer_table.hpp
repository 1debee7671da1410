// SPDX-License-Identifier: MIT
// Which function answers which request. The functions give plain numbers and text; the tag of the
// answer and its type come from the dictionary.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <rscp/login.hpp>
#include <rscp/simulator/station.hpp>
#include <rscp/tags.hpp>
#include <rscp/value.hpp>

namespace rscp::simulator {

/// What a function has to say. `Denied` stands under the request's tag: the second of the two ways
/// in which devices report errors.
struct Denied {
  std::uint32_t code;
};
using Reply = std::variant<double, bool, std::string, std::vector<Value>, ErrorCode, Denied,
                           Timestamp, ByteBuffer, Value>;

struct Ask {
  Station& station;
  const Value& request;
  std::size_t index = 0;  ///< which of the group's devices, in the order of the configuration
  UserLevel level = UserLevel::None;

  /// The payload as an integer of any type: clients disagree on the types of indices.
  [[nodiscard]] std::optional<std::int64_t> parameter() const { return request.integer(); }
  /// A child's integer of any type.
  [[nodiscard]] std::optional<std::int64_t> integer(Tag child) const;
  [[nodiscard]] std::optional<double> number(Tag child) const;
};

using Answerer = std::function<Reply(const Ask&)>;

class AnswerTable {
 public:
  /// All answers of a station. Built once.
  static const AnswerTable& instance();

  /// A request at top level.
  void on(Tag request, Answerer answerer);
  /// A request that answers under another tag or type than the dictionary says.
  void on(Tag request, Tag answer, DataType type, Answerer answerer);

  /// A class of devices: NAME_REQ_DATA{ INDEX, requests... }.
  class Group {
   public:
    Group(Tag index_tag, std::function<std::optional<std::size_t>(Station&, std::int64_t)> find)
        : index_tag_(index_tag), find_(std::move(find)) {}
    void on(Tag request, Answerer answerer);
    void on(Tag request, Tag answer, DataType type, Answerer answerer);
    /// What is answered for an index that does not exist.
    std::function<Value(const Value& request, Tag answer, Tag index_tag, std::int64_t index)>
        absent;

   private:
    friend class AnswerTable;
    struct Entry {
      Tag answer;
      std::optional<DataType> type;
      Answerer answerer;
    };
    Tag index_tag_;
    std::function<std::optional<std::size_t>(Station&, std::int64_t)> find_;
    std::unordered_map<std::uint32_t, Entry> entries_;
  };
  Group& group(Tag request, Tag index_tag,
               std::function<std::optional<std::size_t>(Station&, std::int64_t)> find);

  [[nodiscard]] Value answer(Station& station, const Value& request, UserLevel level) const;

  /// Every request that is answered, for tests and documentation; group members included.
  [[nodiscard]] std::vector<Tag> requests() const;

 private:
  AnswerTable();
  [[nodiscard]] static Value answer_group(const Group& group, Station& station,
                                          const Value& request, UserLevel level);
  std::unordered_map<std::uint32_t, Group::Entry> entries_;
  std::unordered_map<std::uint32_t, Group> groups_;
};

/// What there is to know about a request's tag, looked up once.
struct RequestFacts {
  bool known = false;  ///< in the dictionary
  Tag answer{};  ///< the tag to answer under; the request's own if the answer's is in no table
  UserLevel level = UserLevel::None;
};
const RequestFacts& facts_of(Tag request);

/// Makes the item: rounds and bounds numbers to the type.
Value make_item(Tag tag, std::optional<DataType> type, const Reply& reply, Tag request);
/// The same with the declared type.
Value item(Tag tag, const Reply& reply);
Value item(Tag tag, DataType type, const Reply& reply);
/// CONNECTED, WORKING, IN_SERVICE: what every class of devices has as its state.
std::vector<Value> device_state(Tag connected, Tag working, Tag in_service);

void add_battery_answers(AnswerTable& table);
void add_converter_answers(AnswerTable& table);
void add_emergency_answers(AnswerTable& table);
void add_energy_answers(AnswerTable& table);
void add_energy_settings(AnswerTable& table);
void add_history_answers(AnswerTable& table);
void add_info_answers(AnswerTable& table);
void add_inverter_answers(AnswerTable& table);
void add_meter_answers(AnswerTable& table);
void add_system_answers(AnswerTable& table);
void add_wallbox_answers(AnswerTable& table);

}  // namespace rscp::simulator
